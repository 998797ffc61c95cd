import { HANGUP_REASONS } from '../wire/words.ts'
import type { CalleeWord, CallerWord, CancelReason, EndedReason, HangupReason, InvitationId, RefusalReason, StopReason } from '../wire/words.ts'
import type { Originator, SessionEnd } from '../session/index.ts'
import type { Debt, End, FailureReason, SessionState } from './ends.ts'

/**
 * The caller's side of one invitation: a pure function over one table.
 *
 * The caller decides: whatever it records first is what happened, and the callee is told.
 *
 * ```
 *            send            DELIVERED           RINGING
 *    idle ─────────▶ sending ─────────▶ delivered ─────────▶ ringing
 *     │                 │                   │                   │
 *     │                 └──────────┬────────┴───────────────────┘
 *     │ cancel                     │
 *     │                            ├─ ACCEPT ────────────────▶ accepted   say CONFIRM, session open
 *     │                            ├─ REFUSE ────────────────▶ refused    say STOP
 *     ├────────────────────────────┼─ cancel, glare lost ────▶ canceled   say STOP, again until ENDED
 *     │                            ├─ ring time over ────────▶ expired    say STOP, again until ENDED
 *     │                            └─ not delivered in time,
 *     │                               link gone too long,
 *     │                               ENDED with a fault ────▶ failed     say STOP if the INVITE got out
 *     └──────────────────────────────────────────────────────▶ canceled   nothing was said, nothing is owed
 * ```
 *
 * ACCEPT or RINGING may come before DELIVERED (streams die, words cross): the states in between are passed through, and
 * announced, in order. In an end state every word of the callee but ENDED is answered with STOP; ENDED is never
 * answered. While the session of an accepted invitation is open, ACCEPT is answered with CONFIRM again.
 *
 * What must be said again when a link comes up, and which timers run, follow from the state alone: `callerSaysAgain` and
 * `callerTimers`. A state that is over (`callerIsOver`) is its own tombstone.
 */
export interface CallerState {
  readonly role: 'caller'
  readonly id: InvitationId
  readonly phase: CallerPhase
  /** How long it rings, milliseconds; 0 = for ever: then no ring timer runs. */
  readonly ringTime: number
  /** Whether an INVITE was ever said on a stream that stood. */
  readonly invited: boolean
  /** Whether the hint that it is not delivered yet was given. */
  readonly hinted: boolean
  /** How it ended; there in the end states only. */
  readonly end?: End
  /** Whether the callee must still hear of the end: STOP until ENDED. */
  readonly stop: Debt
  readonly session: SessionState
}

export type CallerPhase = 'idle' | 'sending' | 'delivered' | 'ringing' | End['state']

/** What runs out: hint and delivery while sending, ring and unreachable while it rings, stop and session afterwards. */
export type CallerTimer = 'hint' | 'delivery' | 'ring' | 'unreachable' | 'stop' | 'session'

export type CallerInput =
  | { readonly on: 'send' }
  | { readonly on: 'cancel', readonly reason: CancelReason, readonly originator: Originator, readonly kept?: InvitationId | undefined }
  | { readonly on: 'end', readonly reason: HangupReason, readonly originator: Originator }
  | { readonly on: 'delivered' }
  | { readonly on: 'ringing' }
  | { readonly on: 'accept' }
  | { readonly on: 'refuse', readonly reason: RefusalReason }
  | { readonly on: 'hangup', readonly reason: HangupReason }
  | { readonly on: 'ended', readonly reason: EndedReason }
  | { readonly on: 'timer', readonly timer: CallerTimer }
  | { readonly on: 'link-up' }
  | { readonly on: 'unsupported' }

/** What a step brings: the next state, and the words to say, in order. */
export interface CallerStep {
  readonly state: CallerState
  readonly say: readonly CallerWord[]
}

type InputOf<On extends CallerInput['on']> = Extract<CallerInput, { on: On }>
type Rule<On extends CallerInput['on']> = (state: CallerState, input: InputOf<On>, linkIsUp: boolean) => CallerStep
type Row = { readonly [On in Exclude<CallerInput['on'], 'timer'>]?: Rule<On> } & {
  /** What each timer that runs out brings. */
  readonly timer?: { readonly [Timer in CallerTimer]?: Rule<'timer'> }
}

const NOTHING: readonly CallerWord[] = []

const stay = (state: CallerState): CallerStep => ({ state, say: NOTHING })

const say = (state: CallerState, ...words: CallerWord[]): CallerStep => ({ state, say: words })

/** The wire's INVITE without content: the service fills in content, channel id and age, which decide nothing here. */
const invite = ({ id, ringTime }: CallerState): CallerWord => ({ kind: 'invite', id, ringTime, age: 0 })

const confirm = ({ id }: CallerState): CallerWord => ({ kind: 'confirm', id })

/**
 * STOP, saying what had happened first. After an acceptance CONFIRM comes with it: the one before may be lost with its
 * stream, and a callee that accepted must end accepted.
 */
function stop ({ id, end, session }: CallerState): CallerWord[] {
  switch (end?.state) {
    case 'accepted':
      return [{ kind: 'confirm', id }, { kind: 'stop', id, reason: stopReasonOfSession(session) }]
    case 'canceled':
      return [{ kind: 'stop', id, reason: end.reason, kept: end.kept }]
    case 'refused':
      return [{ kind: 'stop', id, reason: 'refused' }]
    default:
      return [{ kind: 'stop', id, reason: end?.reason === 'connection-lost' ? 'caller-gone' : 'timeout' }]
  }
}

function stopReasonOfSession (session: SessionState): StopReason {
  return HANGUP_REASONS.find(reason => typeof session === 'object' && reason === session.reason) ?? 'connection-lost'
}

function ended (state: CallerState, end: End, debt: Debt): CallerState {
  return { ...state, phase: end.state, end, stop: debt }
}

/** Ends it and tells the callee, if it can have heard of it at all. */
function endAndStop (state: CallerState, end: End): CallerStep {
  const over = ended(state, end, state.invited ? 'owed' : 'none')

  return state.invited ? say(over, ...stop(over)) : stay(over)
}

const fail = (state: CallerState, reason: FailureReason, originator: Originator = 'system'): CallerStep =>
  endAndStop(state, { state: 'failed', originator, reason })

const accepted: Rule<'accept'> = state => {
  const next: CallerState = { ...ended(state, { state: 'accepted', originator: 'remote', reason: 'accepted' }, 'none'), session: 'open' }

  return say(next, confirm(next))
}

const refused: Rule<'refuse'> = (state, { reason }) => {
  const next = ended(state, { state: 'refused', originator: 'remote', reason }, 'none')

  return say(next, ...stop(next))
}

const cancel: Rule<'cancel'> = (state, { reason, originator, kept }) =>
  endAndStop(state, { state: 'canceled', originator, reason, ...(kept != null && { kept }) })

/**
 * The callee says that it is not live there, though nothing ended it here. STOP all the same: these may be the late words
 * of a process that was restarted since, and rings. One that took too many of them is spared it.
 */
const endedByCallee: Rule<'ended'> = (state, { reason }) => {
  switch (reason) {
    case 'rate-limited': return stay(ended(state, { state: 'failed', originator: 'remote', reason }, 'none'))
    case 'expired': return endAndStop(state, { state: 'expired', originator: 'remote', reason: 'timeout' })
    case 'accept-failed': return fail(state, reason, 'remote')
    case 'caller-gone': return fail(state, 'connection-lost', 'remote')
    default: return fail(state, 'protocol-error', 'remote')
  }
}

const sayInvite: Rule<'link-up'> = state => say({ ...state, invited: true }, invite(state))

const sayStopWhileOwed = (state: CallerState): CallerStep => state.stop === 'owed' ? say(state, ...stop(state)) : stay(state)

/** A word of the callee after the end. A STOP that is owed is on its way already, or is said when the link comes up. */
const sayStop = (state: CallerState): CallerStep => state.stop === 'owed' ? stay(state) : say(state, ...stop(state))

const stopHeard = (state: CallerState): CallerStep => state.stop === 'owed' ? stay({ ...state, stop: 'heard' }) : stay(state)

function endSession (state: CallerState, session: SessionEnd): CallerStep {
  const next: CallerState = { ...state, session, stop: 'owed' }

  return say(next, ...stop(next))
}

/** What is the same while the callee may still answer. */
const LIVE: Row = {
  cancel,
  accept: accepted,
  refuse: refused,
  ended: endedByCallee,
  'link-up': sayInvite
}

/** What is the same once it rings, or may. */
const DELIVERED: Row = {
  ...LIVE,
  timer: {
    ring: state => endAndStop(state, { state: 'expired', originator: 'system', reason: 'timeout' }),
    unreachable: state => fail(state, 'connection-lost')
  }
}

/** What is the same in every end state, once no session is open. */
const OVER: Row = {
  delivered: sayStop,
  ringing: sayStop,
  accept: sayStop,
  refuse: sayStop,
  hangup: sayStop,
  ended: stopHeard,
  'link-up': sayStopWhileOwed,
  timer: { stop: state => stay({ ...state, stop: 'given-up' }) }
}

/** While the session of an accepted invitation is open. */
const OPEN: Row = {
  accept: state => say(state, confirm(state)),
  // a callee that accepted does not refuse: this is a new process of it, which was asked again
  refuse: state => endSession(state, { originator: 'remote', reason: 'peer-restarted' }),
  end: (state, { reason, originator }) => endSession(state, { reason, originator }),
  hangup: (state, { reason }) => sayStop({ ...state, session: { originator: 'remote', reason } }),
  // STOP all the same, for the reason given at `endedByCallee`
  ended: (state, { reason }) => endSession(state, { originator: 'remote', reason: sessionEndOfEnded(reason) }),
  'link-up': state => say(state, confirm(state)),
  timer: { session: state => stay({ ...state, session: { originator: 'system', reason: 'connection-lost' } }) }
}

const TABLE: { readonly [Phase in CallerPhase]: Row } = {
  idle: {
    send: (state, _input, linkIsUp) => say({ ...state, phase: 'sending', invited: linkIsUp }, invite(state)),
    cancel
  },
  sending: {
    ...LIVE,
    delivered: state => stay({ ...state, phase: 'delivered' }),
    ringing: state => stay({ ...state, phase: 'ringing' }),
    unsupported: state => fail(state, 'unsupported', 'remote'),
    timer: {
      hint: state => stay({ ...state, hinted: true }),
      delivery: state => fail(state, state.invited ? 'no-response' : 'peer-offline')
    }
  },
  delivered: {
    ...DELIVERED,
    ringing: state => stay({ ...state, phase: 'ringing' })
  },
  ringing: DELIVERED,
  accepted: OVER,
  refused: OVER,
  canceled: OVER,
  expired: OVER,
  failed: OVER
}

function sessionEndOfEnded (reason: EndedReason): SessionEnd['reason'] {
  if (reason === 'accept-failed') {
    return reason
  }

  return HANGUP_REASONS.find(known => known === reason) ?? 'peer-restarted'
}

/** A new invitation, not sent yet. */
export function newCaller (id: InvitationId, ringTime: number): CallerState {
  return { role: 'caller', id, phase: 'idle', ringTime, invited: false, hinted: false, stop: 'none', session: 'none' }
}

/** One step. What the table has no cell for changes nothing. */
export function stepCaller (state: CallerState, input: CallerInput, linkIsUp: boolean): CallerStep {
  const row = state.session === 'open' ? OPEN : TABLE[state.phase]
  // the table pairs each input with its own rule; TypeScript cannot follow that pairing through an index
  const rule = (input.on === 'timer' ? row.timer?.[input.timer] : row[input.on]) as Rule<CallerInput['on']> | undefined

  return rule?.(state, input, linkIsUp) ?? stay(state)
}

/** The input that a callee's word is to the machine. */
export function callerInputOf (word: CalleeWord): CallerInput {
  switch (word.kind) {
    case 'refuse': return { on: word.kind, reason: word.reason }
    case 'hangup': return { on: word.kind, reason: word.reason }
    case 'ended': return { on: word.kind, reason: word.reason }
    case 'delivered':
    case 'ringing':
    case 'accept': return { on: word.kind }
  }
}

/** Whether the callee may still answer. */
export function callerIsLive ({ phase }: CallerState): boolean {
  return phase === 'sending' || phase === 'delivered' || phase === 'ringing'
}

/** Whether nothing more is to come: ended, told or given up, and no session open. */
export function callerIsOver ({ end, stop: debt, session }: CallerState): boolean {
  return end != null && debt !== 'owed' && session !== 'open'
}

/** The timers that run in this state. */
export function callerTimers (state: CallerState, linkIsUp: boolean): CallerTimer[] {
  const timers: CallerTimer[] = []

  if (state.phase === 'sending') {
    timers.push('delivery')

    if (!state.hinted) {
      timers.push('hint')
    }
  }

  if (state.phase === 'delivered' || state.phase === 'ringing') {
    if (state.ringTime > 0) {
      timers.push('ring')
    }

    if (!linkIsUp) {
      timers.push('unreachable')
    }
  }

  if (state.stop === 'owed') {
    timers.push('stop')
  }

  if (state.session === 'open' && !linkIsUp) {
    timers.push('session')
  }

  return timers
}
