import type { Fact, History } from './history.ts'

type FactOf<Saw extends Fact['saw']> = Extract<Fact, { saw: Saw }>

/** One invitation, as it was seen on both sides. */
interface Invitation {
  readonly id: string
  readonly caller: ReadonlyArray<FactOf<'state'>>
  readonly callee: ReadonlyArray<FactOf<'state'>>
  /** What was seen of its session, in order. */
  readonly session: readonly Fact[]
}

interface Case {
  readonly history: History
  readonly invitations: readonly Invitation[]
}

export interface Violation {
  /** The rule, a sentence. */
  readonly rule: string
  /** What speaks against it. */
  readonly found: string
}

/** What a rule finds against it: sentences, none if it holds. */
type Rule = (looked: Case) => string[]

const CALLER_STATES = ['sending', 'delivered', 'ringing', 'accepted']
const CALLEE_STATES = ['received', 'ringing', 'accepting', 'accepted']

/** What a verb may reject with, as its documentation says. */
const ERRORS: { readonly [verb in FactOf<'settled'>['verb']]: readonly string[] } = {
  send: ['RateLimitedError', 'AlreadyEndedError', 'NotStartedError'],
  cancel: ['AlreadyAcceptedError', 'AlreadyEndedError'],
  accept: ['AlreadyAcceptedError', 'AlreadyEndedError'],
  refuse: ['AlreadyAcceptedError', 'AlreadyEndedError'],
  say: ['SessionEndedError', 'RateLimitedError'],
  end: ['SessionEndedError']
}

/** An invitation may stop ringing that much after its caller ended it in good weather: a round trip, with jitter, and a stream or two that are opened. */
const STOP_TIME = 2_000

/** How long it may take to reach somebody in good weather, by a relay and with a connection that is made first. */
const REACH_TIME = 5_000

/** How long an acceptance waits for the confirm. */
const CONFIRM_TIME = 10_000

/** In that time of good weather all links stand again that are needed: a dial that hangs takes 10 s, the pause behind it as long. */
const RECOVERY_TIME = 30_000

/** Within that time a message is read in good weather, and what waited for good weather. */
const READ_TIME = 10_000

/** Behind each limit: a callee rings 2 s longer than its caller, an accept waits 10 s for the confirm, and both have timers. */
const GRACE = 15_000

/** A timer of a page that was hidden for long fires up to a minute late, and several may follow each other. */
const HIDDEN_GRACE = 200_000

/** What design.md §2 and the documentation promise of every run, whatever goes wrong. */
export const RULES: { readonly [sentence: string]: Rule } = {
  'the callee ends accepted only if the caller ended accepted before': ({ history, invitations }) => invitations.flatMap(({ id, caller, callee }) =>
    callee.filter(({ state }) => state === 'accepted')
      .filter(accepted => !caller.some(fact => fact.state === 'accepted' && history.facts.indexOf(fact) < history.facts.indexOf(accepted)))
      .map(({ peer }) => `${id} is accepted at ${peer}, not at its caller`)),

  'if the caller ended accepted, the callee ends accepted or failed': ({ history, invitations }) => invitations.flatMap(({ id, caller, callee }) =>
    caller.some(({ state }) => state === 'accepted')
      // what a process said in its last moment may be lost with it: the next one knows nothing of the invitation, and it rings there
      ? callee.filter(fact => fact.end != null && fact.end.state !== 'accepted' && fact.end.state !== 'failed' && !isOver(history, fact, Infinity)).map(({ peer, state }) => `${id} is accepted at its caller, ${state} at ${peer}`)
      : []),

  'an end never changes, and is announced once; states only go forward, with those that they imply': ({ invitations }) => invitations.flatMap(({ id, caller, callee }) => [
    ...byRun(caller).flatMap(states => wrongOrder(states, CALLER_STATES).map(text => `${id} at its caller: ${text}`)),
    ...byRun(callee).flatMap(states => wrongOrder(states, CALLEE_STATES).map(text => `${id} at its callee: ${text}`))
  ]),

  'nobody rings for an invitation that its caller has ended, once that could be said': ({ history, invitations }) => invitations.flatMap(({ id, caller, callee }) => {
    const ended = caller.find(({ end }) => end != null)

    return ended == null || ended.end?.state === 'accepted'
      ? []
      : byRun(callee).flatMap((states) => {
          const ringing = states.find(({ state }) => state === 'ringing')
          const limit = Math.max(ringing?.at ?? 0, ended.at) + STOP_TIME

          return ringing != null && isCalm(history, ended.at, limit) && !states.some(({ end, at }) => end != null && at <= limit) && !isOver(history, ringing, limit)
            ? [`${id} rings at ${ringing.peer} at ${ringing.at}, and was ended at ${ended.at}`]
            : []
        })
  }),

  'whoever can be reached is': ({ history, invitations }) => invitations.flatMap(({ id, caller: [first, ...others] }) => {
    const failed = others.find(({ end }) => end?.state === 'failed' && (end.reason === 'peer-offline' || end.reason === 'no-response'))

    return first != null && failed != null && history.isConnected && failed.at - first.at >= REACH_TIME && first.plan.answer !== 'policy-ignore' && isCalm(history, first.at, failed.at) && isThere(history, first.other, first.at, failed.at)
      ? [`${id} from ${first.peer} to ${first.other}, sent at ${first.at}: ${failed.end!.reason}`]
      : []
  }),

  'an acceptance is confirmed, or its caller had ended': ({ history, invitations }) => invitations.flatMap(({ id, callee }) => callee
    .filter(({ end, other, at }) => end?.state === 'failed' && isCalm(history, at - CONFIRM_TIME, at) && isThere(history, other, at - CONFIRM_TIME, at))
    .map(({ peer, at, end }) => `${id} at ${peer}: ${end!.reason} at ${at}`)),

  'every invitation ends in bounded time while its process goes on': ({ history, invitations }) => invitations.flatMap(({ id, caller, callee }) =>
    [...byRun(caller), ...byRun(callee)].flatMap(([first, ...others]) => {
      const { ringTime, deliveryTime = 0 } = first!.bounds
      const limit = first!.at + ringTime + deliveryTime + GRACE + (history.wasHidden ? HIDDEN_GRACE : 0)
      const end = [first!, ...others].find(fact => fact.end != null)

      return (end == null || end.at > limit) && !isOver(history, first!, limit)
        ? [`${id} at ${first!.peer}, from ${first!.at} on: ${end == null ? 'no end' : `an end at ${end.at}`}, and it should have one by ${limit}`]
        : []
    })),

  'a missed invitation is one that rang and ended without its user acting': ({ history, invitations }) => invitations.flatMap(({ id, callee }) =>
    byRun(callee).flatMap((states) => {
      const [{ peer, run, plan }] = states as [FactOf<'state'>]
      const end = states.find(fact => fact.end != null)?.end
      const told = history.facts.filter(fact => fact.saw === 'missed' && fact.id === id && fact.peer === peer && fact.run === run).length
      const mayBe = end != null && (end.state === 'expired' || end.state === 'canceled') && !states.some(({ state }) => state === 'accepting') && states.some(({ state }) => state === 'ringing')
      const must = mayBe && ['timeout', 'canceled', 'caller-gone'].includes(end.reason) && end.originator !== 'local' && plan.answer !== 'ignore'

      return told > (mayBe ? 1 : 0) || (must && told === 0) ? [`${id} at ${peer}: told ${told} times, ended ${JSON.stringify(end)}`] : []
    })),

  'a session opens once on each side, ends once, and only after an acceptance': ({ invitations }) => invitations.flatMap(({ id, caller, callee, session }) =>
    byRun([...caller, ...callee]).flatMap((states) => {
      const [{ peer, run }] = states as [FactOf<'state'>]
      const saw = session.filter(fact => fact.peer === peer && fact.run === run).map(fact => fact.saw).filter(kind => kind === 'opened' || kind === 'closed')
      const isAccepted = states.some(({ state }) => state === 'accepted')

      return ['', ...isAccepted ? ['opened', 'opened closed'] : []].includes(saw.join(' ')) ? [] : [`${id} at ${peer}: ${saw.join(', ')}`]
    })),

  'when one side of a session has ended, so does the other': ({ history, invitations }) => invitations.flatMap(({ id, session }) =>
    session.filter(fact => fact.saw === 'opened')
      .filter(({ peer, run }) => !session.some(fact => fact.saw === 'closed' && fact.peer === peer && fact.run === run) && !isOver(history, { peer, run }, Infinity))
      .map(({ peer }) => `the session ${id} is open at ${peer} in the end`)),

  'messages of a session come once, in their order, and none that was not said': ({ invitations }) => invitations.flatMap(({ id, session }) => {
    const said = session.filter(fact => fact.saw === 'said')

    return byRun(session.filter(fact => fact.saw === 'read')).flatMap((read) => {
      const others = said.filter(({ peer }) => peer !== read[0]!.peer)

      return read.every(({ text }, position) => others[position]?.text === text) ? [] : [`${id} at ${read[0]!.peer}: read ${texts(read)}, of ${texts(others)}`]
    })
  }),

  'a message whose sending resolved was read, where it could be': ({ history, invitations }) => invitations.flatMap(({ id, session }) =>
    session.filter(fact => fact.saw === 'heard')
      .filter(({ text, peer }) => {
        const readers = session.filter(fact => fact.saw === 'opened' && fact.peer !== peer)

        return readers.length > 0 && !session.some(fact => fact.saw === 'read' && fact.text === text) && !readers.some(reader => isOver(history, reader, Infinity))
      })
      .map(({ text, peer }) => `${id}: ${peer} was told that "${text}" came, and it did not`)),

  'what is said in a session is read, once it could be': ({ history, invitations }) => invitations.flatMap(({ id, session }) =>
    session.filter(fact => fact.saw === 'said')
      .filter((said) => {
        const reader = session.find(fact => fact.saw === 'opened' && fact.peer !== said.peer)
        const limit = calmAfter(history, Math.max(said.at, reader?.at ?? 0), READ_TIME) + READ_TIME + (history.wasHidden ? HIDDEN_GRACE : 0)
        const isOpen = reader != null && !isOver(history, said, limit) && !isOver(history, reader, limit) && !session.some(fact => fact.saw === 'closed' && fact.at <= limit)

        return isOpen && !session.some(fact => fact.saw === 'read' && fact.text === said.text && fact.at <= limit)
      })
      .map(({ text, peer, at }) => `${id}: "${text}", said by ${peer} at ${at}, is not read`)),

  'what is called settles, and rejects with what is documented': ({ history: { facts, ...history } }) => facts.filter(fact => fact.saw === 'called').flatMap((called) => {
    const settled = facts.find(fact => fact.saw === 'settled' && fact.call === called.call && fact.peer === called.peer) as FactOf<'settled'> | undefined

    if (settled == null) {
      return isOver({ facts, ...history }, called, Infinity) ? [] : [`${called.verb} at ${called.peer}, called at ${called.at}, never settles`]
    }

    const { error, verb } = settled

    return error == null || ERRORS[verb].includes(error.name) || facts.some(fact => fact.saw === 'over' && fact.peer === called.peer && fact.run === called.run)
      ? []
      : [`${verb} at ${called.peer} rejects with ${error.name}: ${error.message}`]
  }),

  'of two invitations that cross, not both are accepted': ({ invitations }) => invitations.flatMap((one, position) => invitations.slice(position + 1).flatMap((other) => {
    const [oneAccepted, otherAccepted] = [one, other].map(({ caller }) => caller.find(({ state }) => state === 'accepted'))

    return oneAccepted != null && otherAccepted != null && oneAccepted.peer === otherAccepted.other && oneAccepted.other === otherAccepted.peer &&
      one.caller[0]!.at < otherAccepted.at && other.caller[0]!.at < oneAccepted.at
      ? [`${one.id} and ${other.id} between ${oneAccepted.peer} and ${oneAccepted.other}`]
      : []
  })),

  'in the end nothing is left, and all know of each other': ({ history }) => [...history.remains]
}

/** Every rule that does not hold, with what speaks against it. */
export function violations (history: History, { glareIsOff }: { readonly glareIsOff: boolean }): Violation[] {
  const looked = { history, invitations: invitationsOf(history) }

  return Object.entries(RULES)
    .filter(([sentence]) => !glareIsOff || !sentence.startsWith('of two invitations that cross'))
    .flatMap(([sentence, rule]) => rule(looked).map(found => ({ rule: sentence, found })))
}

function invitationsOf ({ facts }: History): Invitation[] {
  const states = facts.filter(fact => fact.saw === 'state')

  return [...Map.groupBy(states, ({ id }) => id)].map(([id, own]) => ({
    id,
    caller: own.filter(({ role }) => role === 'caller'),
    callee: own.filter(({ role }) => role === 'callee'),
    session: facts.filter(fact => 'id' in fact && fact.id === id && fact.saw !== 'state' && fact.saw !== 'missed')
  }))
}

function byRun<Kind extends Fact> (facts: readonly Kind[]): Kind[][] {
  return [...Map.groupBy(facts, ({ peer, run }) => `${peer} ${run}`).values()]
}

function wrongOrder (facts: ReadonlyArray<FactOf<'state'>>, way: readonly string[]): string[] {
  const states = facts.map(({ state }) => state)
  const onWay = states.filter(state => way.includes(state))
  const ends = facts.filter(({ end }) => end != null)
  const isForward = onWay.every((state, position) => position === 0 || way.indexOf(state) > way.indexOf(onWay[position - 1]!))
  const isWhole = !states.includes('accepted') || way.slice(0, -1).every(state => states.includes(state))

  return ends.length <= 1 && (ends.length === 0 || states.at(-1) === ends[0]!.state) && isForward && isWhole ? [] : [states.join(', ')]
}

/** Whether that run was over by then. */
function isOver ({ facts }: History, { peer, run }: Pick<Fact, 'peer' | 'run'>, moment: number): boolean {
  return facts.some(fact => fact.saw === 'over' && fact.peer === peer && fact.run === run && fact.at <= moment)
}

/** Whether nothing went wrong in that time, nor was still felt. */
function isCalm ({ troubles, calmFrom }: History, from: number, until: number): boolean {
  return from >= calmFrom + RECOVERY_TIME || !troubles.some(trouble => trouble.from <= until && trouble.until >= from)
}

/** From when on, at that moment or later, nothing goes wrong for so long. */
function calmAfter (history: History, from: number, length: number): number {
  const starts = [from, ...history.troubles.map(({ until }) => until + 1).filter(start => start > from).toSorted((one, other) => one - other)]

  return starts.find(start => isCalm(history, start, start + length)) ?? Math.max(from, history.calmFrom + RECOVERY_TIME)
}

/** Whether a run of that peer goes on all that time. */
function isThere ({ facts }: History, peer: string, from: number, until: number): boolean {
  const started = facts.findLast(fact => fact.saw === 'started' && fact.peer === peer && fact.at <= from)

  return started != null && !facts.some(fact => fact.saw === 'over' && fact.peer === peer && fact.run === started.run && fact.at <= until)
}

function texts (facts: ReadonlyArray<FactOf<'read' | 'said'>>): string {
  return facts.map(({ text }) => `"${text}"`).join(', ')
}
