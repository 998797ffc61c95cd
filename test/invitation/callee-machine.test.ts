import { describe, expect, it } from 'vitest'
import { calleeInputOf, calleeIsLive, calleeIsOver, calleeTimers, newCallee, stepCallee } from '../../src/invitation/callee-machine.ts'
import type { CalleeInput, CalleeState, CalleeStep } from '../../src/invitation/callee-machine.ts'
import { calleeFacts } from '../../src/invitation/facts.ts'
import { CANCEL_REASONS, HANGUP_REASONS, REFUSAL_REASONS } from '../../src/wire/words.ts'
import type { CallerWord, StopReason } from '../../src/wire/words.ts'

const ID = 'a1'
const RING_TIME = 60_000

const RING: CalleeInput = { on: 'ring' }
const HOLD: CalleeInput = { on: 'hold' }
const ACCEPT: CalleeInput = { on: 'accept' }
const REFUSE: CalleeInput = { on: 'answer', reason: 'declined', originator: 'local' }
const IGNORE: CalleeInput = { on: 'ignore' }
const SILENCE: CalleeInput = { on: 'silence' }
const END: CalleeInput = { on: 'end', reason: 'hangup', originator: 'local' }
const ABANDON: CalleeInput = { on: 'abandon', reason: 'not-started' }
const INVITE: CalleeInput = { on: 'invite' }
const CONFIRM: CalleeInput = { on: 'confirm' }
const STOP: CalleeInput = { on: 'stop', reason: 'canceled' }
const LINK_UP: CalleeInput = { on: 'link-up' }

const timer = (name: 'ring' | 'unreachable' | 'confirm' | 'answer' | 'session'): CalleeInput => ({ on: 'timer', timer: name })

const DELIVERED_WORD = { kind: 'delivered', id: ID }
const RINGING_WORD = { kind: 'ringing', id: ID }
const ACCEPT_WORD = { kind: 'accept', id: ID }
const refuse = (reason: string): object => ({ kind: 'refuse', id: ID, reason })
const hangup = (reason: string): object => ({ kind: 'hangup', id: ID, reason })
const ended = (reason: string): object => ({ kind: 'ended', id: ID, reason })

const after = (...inputs: CalleeInput[]): CalleeState => inputs.reduce((state, input) => stepCallee(state, input).state, newCallee(ID, RING_TIME))

const received = newCallee(ID, RING_TIME)
const held = after(HOLD)
const silenced = after(SILENCE)
const ringing = after(RING)
const accepting = after(RING, ACCEPT)
const accepted = after(RING, ACCEPT, CONFIRM)
const hungUp = after(RING, ACCEPT, CONFIRM, END)
const refused = after(RING, REFUSE)
const canceled = after(RING, STOP)
const gone = after(RING, timer('unreachable'))
const expired = after(RING, timer('ring'))
const failed = after(RING, ACCEPT, timer('confirm'))

const UNANSWERED: Array<[string, CalleeState]> = [['received', received], ['held', held], ['ringing', ringing]]
const OVER: Array<[string, CalleeState, string]> = [
  ['canceled', canceled, 'stopped'],
  ['canceled because the caller was gone', gone, 'caller-gone'],
  ['expired', expired, 'expired'],
  ['failed', failed, 'accept-failed']
]

/** It stays what it was and nothing is said. */
const unchanged = (state: CalleeState): CalleeStep => ({ state, say: [] })

describe('a callee whose policy decides', () => {
  it('has nothing said, owed, announced or ignored', () => {
    expect(received).toEqual({
      role: 'callee',
      id: ID,
      phase: 'received',
      ringTime: RING_TIME,
      held: false,
      announced: false,
      ignored: false,
      silenced: false,
      answer: 'none',
      session: 'none'
    })
  })

  it('rings: DELIVERED and RINGING, and its user is told', () => {
    expect(stepCallee(received, RING)).toEqual({ state: { ...received, phase: 'ringing', announced: true }, say: [DELIVERED_WORD, RINGING_WORD] })
  })

  it('says nothing to an INVITE that comes again, nor when a link comes up, until that is decided', () => {
    expect(stepCallee(received, INVITE)).toEqual(unchanged(received))
    expect(stepCallee(received, LINK_UP)).toEqual(unchanged(received))
  })

  it('says that it has it while it is held back, and again when it is asked', () => {
    expect(stepCallee(received, HOLD)).toEqual({ state: { ...received, held: true }, say: [DELIVERED_WORD] })
    expect(stepCallee(held, INVITE)).toEqual({ state: held, say: [DELIVERED_WORD] })
    expect(stepCallee(held, LINK_UP)).toEqual({ state: held, say: [DELIVERED_WORD] })
  })

  it('is held back no more when it rings or ends', () => {
    expect(stepCallee(held, RING).state).toMatchObject({ phase: 'ringing', held: false })
    expect(stepCallee(held, STOP).state).toMatchObject({ phase: 'canceled', held: false })
  })

  it('cannot be accepted, ignored or hung up before it rings', () => {
    for (const input of [ACCEPT, IGNORE, END, ABANDON]) {
      expect(stepCallee(received, input)).toEqual(unchanged(received))
    }
  })

  it('is as if nobody were there when the policy wants silence: only a CONFIRM is answered, as for an id never heard of', () => {
    expect(stepCallee(received, SILENCE)).toEqual({ state: { ...received, silenced: true }, say: [] })

    for (const input of [INVITE, STOP, LINK_UP, RING, ACCEPT, REFUSE, END, timer('ring'), timer('unreachable')]) {
      expect(stepCallee(silenced, input)).toEqual(unchanged(silenced))
    }

    expect(stepCallee(silenced, CONFIRM)).toEqual({ state: silenced, say: [ended('unknown')] })
  })
})

describe('a callee that has not answered', () => {
  it.each(REFUSAL_REASONS)('refuses with the reason %s, and owes that word', reason => {
    for (const [, state] of UNANSWERED) {
      const { state: next, say } = stepCallee(state, { on: 'answer', reason, originator: 'system' })

      expect(next).toEqual({ ...state, phase: 'refused', end: { state: 'refused', originator: 'system', reason }, held: false, answer: 'owed' })
      expect(say).toEqual([refuse(reason)])
    }
  })

  it.each([
    ...CANCEL_REASONS.filter(reason => reason !== 'timeout').map(reason => [reason, { state: 'canceled', originator: 'remote', reason }] as const),
    ['timeout', { state: 'expired', originator: 'remote', reason: 'timeout' }],
    ['unknown', { state: 'canceled', originator: 'remote', reason: 'caller-gone' }],
    ['hangup', { state: 'canceled', originator: 'remote', reason: 'caller-gone' }],
    ['connection-lost', { state: 'canceled', originator: 'remote', reason: 'caller-gone' }],
    ['refused', { state: 'canceled', originator: 'remote', reason: 'caller-gone' }]
  ] as Array<[StopReason, object]>)('ends as the caller says when it hears STOP %s, and says ENDED', (reason, end) => {
    for (const state of [received, held, ringing]) {
      const { state: next, say } = stepCallee(state, { on: 'stop', reason })

      expect(next).toMatchObject({ end, held: false, answer: 'none' })
      expect(next.phase).toBe(next.end?.state)
      expect(say).toEqual([ended('stopped')])
    }
  })

  it('is told which invitation is kept in its place', () => {
    expect(stepCallee(ringing, { on: 'stop', reason: 'glare', kept: 'b1' }).state.end)
      .toEqual({ state: 'canceled', originator: 'remote', reason: 'glare', kept: 'b1' })
  })

  it.each(UNANSWERED)('expires when the ring time is over while %s, and says nothing', (_name, state) => {
    expect(stepCallee(state, timer('ring')))
      .toEqual({ state: { ...state, phase: 'expired', end: { state: 'expired', originator: 'system', reason: 'timeout' }, held: false }, say: [] })
  })

  it.each(UNANSWERED)('is canceled when its caller is out of reach too long while %s', (_name, state) => {
    expect(stepCallee(state, timer('unreachable')))
      .toEqual({ state: { ...state, phase: 'canceled', end: { state: 'canceled', originator: 'system', reason: 'caller-gone' }, held: false }, say: [] })
  })

  it.each(UNANSWERED)('fails when it is confirmed what it never accepted while %s', (_name, state) => {
    const { state: next, say } = stepCallee(state, CONFIRM)

    expect(next).toMatchObject({ phase: 'failed', end: { state: 'failed', originator: 'remote', reason: 'protocol-error' }, held: false })
    expect(say).toEqual([ended('unknown')])
  })

  it('is not moved by a timer that does not run', () => {
    expect(stepCallee(ringing, timer('confirm'))).toEqual(unchanged(ringing))
    expect(stepCallee(accepting, timer('ring'))).toEqual(unchanged(accepting))
  })
})

describe('a callee that rings', () => {
  it('says RINGING again when INVITE comes again or a link comes up', () => {
    expect(stepCallee(ringing, INVITE)).toEqual({ state: ringing, say: [RINGING_WORD] })
    expect(stepCallee(ringing, LINK_UP)).toEqual({ state: ringing, say: [RINGING_WORD] })
  })

  it('accepts: ACCEPT, and waits for the confirm', () => {
    expect(stepCallee(ringing, ACCEPT)).toEqual({ state: { ...ringing, phase: 'accepting' }, say: [ACCEPT_WORD] })
  })

  it('is ignored by its user without a word, and may still be accepted', () => {
    const ignored = stepCallee(ringing, IGNORE)

    expect(ignored).toEqual({ state: { ...ringing, ignored: true }, say: [] })
    expect(stepCallee(ignored.state, ACCEPT).say).toEqual([ACCEPT_WORD])
    expect(stepCallee(ignored.state, INVITE).say).toEqual([RINGING_WORD])
  })

  it('is not moved by what belongs elsewhere', () => {
    for (const input of [RING, HOLD, SILENCE, END, ABANDON]) {
      expect(stepCallee(ringing, input)).toEqual(unchanged(ringing))
    }
  })
})

describe('a callee that accepts', () => {
  it('says ACCEPT again when INVITE comes again or a link comes up', () => {
    expect(stepCallee(accepting, INVITE)).toEqual({ state: accepting, say: [ACCEPT_WORD] })
    expect(stepCallee(accepting, LINK_UP)).toEqual({ state: accepting, say: [ACCEPT_WORD] })
  })

  it('is on the call when it hears CONFIRM', () => {
    expect(stepCallee(accepting, CONFIRM)).toEqual({
      state: { ...accepting, phase: 'accepted', end: { state: 'accepted', originator: 'local', reason: 'accepted' }, session: 'open' },
      say: []
    })
  })

  it.each([
    ['canceled', { state: 'canceled', originator: 'remote', reason: 'canceled' }],
    ['timeout', { state: 'expired', originator: 'remote', reason: 'timeout' }],
    ['hangup', { state: 'canceled', originator: 'remote', reason: 'caller-gone' }],
    ['unknown', { state: 'failed', originator: 'remote', reason: 'accept-failed' }]
  ] as const)('ends when it hears STOP %s in its place, and says ENDED', (reason, end) => {
    const { state, say } = stepCallee(accepting, { on: 'stop', reason })

    expect(state).toMatchObject({ phase: end.state, end, session: 'none' })
    expect(say).toEqual([ended('stopped')])
  })

  it('fails when CONFIRM does not come in time', () => {
    expect(stepCallee(accepting, timer('confirm')))
      .toEqual({ state: { ...accepting, phase: 'failed', end: { state: 'failed', originator: 'system', reason: 'accept-failed' } }, say: [] })
  })

  it('fails when it can wait no longer', () => {
    expect(stepCallee(accepting, ABANDON))
      .toEqual({ state: { ...accepting, phase: 'failed', end: { state: 'failed', originator: 'system', reason: 'not-started' } }, say: [] })
  })

  it.each(HANGUP_REASONS)('keeps a hang-up with the reason %s back until it is confirmed', reason => {
    const waiting = stepCallee(accepting, { on: 'end', reason, originator: 'system' })

    expect(waiting).toEqual({ state: { ...accepting, hangup: { reason, originator: 'system' } }, say: [] })
    expect(stepCallee(waiting.state, CONFIRM)).toEqual({
      state: {
        ...accepting,
        phase: 'accepted',
        end: { state: 'accepted', originator: 'local', reason: 'accepted' },
        session: { reason, originator: 'system' },
        answer: 'owed'
      },
      say: [hangup(reason)]
    })
  })

  it('cannot refuse any more', () => {
    for (const input of [REFUSE, ACCEPT, RING, IGNORE]) {
      expect(stepCallee(accepting, input)).toEqual(unchanged(accepting))
    }
  })
})

describe('a callee on the call', () => {
  it('says ACCEPT again when INVITE comes again or a link comes up', () => {
    expect(stepCallee(accepted, INVITE)).toEqual({ state: accepted, say: [ACCEPT_WORD] })
    expect(stepCallee(accepted, LINK_UP)).toEqual({ state: accepted, say: [ACCEPT_WORD] })
  })

  it('needs no second CONFIRM', () => {
    expect(stepCallee(accepted, CONFIRM)).toEqual(unchanged(accepted))
  })

  it.each(HANGUP_REASONS)('hangs up with the reason %s: HANGUP, until STOP', reason => {
    const { state, say } = stepCallee(accepted, { on: 'end', reason, originator: 'local' })

    expect(state).toEqual({ ...accepted, session: { reason, originator: 'local' }, answer: 'owed' })
    expect(say).toEqual([hangup(reason)])
    expect(stepCallee(state, LINK_UP)).toEqual({ state, say: [hangup(reason)] })
    expect(stepCallee(state, { on: 'stop', reason })).toEqual({ state: { ...state, answer: 'heard' }, say: [ended('stopped')] })
  })

  it.each([
    ['hangup', 'hangup'],
    ['replaced', 'replaced'],
    ['shutdown', 'shutdown'],
    ['connection-lost', 'connection-lost'],
    ['unknown', 'peer-restarted'],
    ['canceled', 'peer-restarted']
  ] as const)('is hung up when it hears STOP %s: %s', (reason, sessionEnd) => {
    expect(stepCallee(accepted, { on: 'stop', reason }))
      .toEqual({ state: { ...accepted, session: { reason: sessionEnd, originator: 'remote' } }, say: [ended('stopped')] })
  })

  it('ends the session by itself when the link is gone too long', () => {
    expect(stepCallee(accepted, timer('session'))).toEqual({ state: { ...accepted, session: { reason: 'connection-lost', originator: 'system' } }, say: [] })
  })

  it('hangs up once', () => {
    expect(stepCallee(hungUp, END)).toEqual(unchanged(hungUp))
    expect(stepCallee(hungUp, { on: 'end', reason: 'shutdown', originator: 'system' })).toEqual(unchanged(hungUp))
  })

  it('leaves a CONFIRM alone while its HANGUP is unanswered, and says nothing more when it was answered or given up', () => {
    const heard = stepCallee(hungUp, STOP).state
    const givenUp = stepCallee(hungUp, timer('answer')).state

    expect(stepCallee(hungUp, CONFIRM)).toEqual(unchanged(hungUp))
    expect(heard.answer).toBe('heard')
    expect(givenUp.answer).toBe('given-up')

    for (const state of [heard, givenUp]) {
      expect(stepCallee(state, CONFIRM)).toEqual({ state, say: [ended('hangup')] })
      expect(stepCallee(state, INVITE)).toEqual({ state, say: [ended('hangup')] })
      expect(stepCallee(state, STOP)).toEqual({ state, say: [ended('stopped')] })
      expect(stepCallee(state, LINK_UP)).toEqual(unchanged(state))
    }
  })

  it('says how the session ended to an INVITE that comes again', () => {
    const lost = stepCallee(accepted, timer('session')).state

    expect(stepCallee(hungUp, INVITE).say).toEqual([ended('hangup')])
    expect(stepCallee(lost, INVITE).say).toEqual([ended('connection-lost')])
    expect(stepCallee(lost, CONFIRM).say).toEqual([ended('connection-lost')])
  })

  it('is not moved by what comes too late', () => {
    for (const input of [REFUSE, ACCEPT, ABANDON, RING, timer('ring'), timer('confirm'), timer('unreachable')]) {
      expect(stepCallee(accepted, input)).toEqual(unchanged(accepted))
    }
  })
})

describe('a callee that has refused', () => {
  it('says REFUSE again when a link comes up, until STOP', () => {
    expect(stepCallee(refused, LINK_UP)).toEqual({ state: refused, say: [refuse('declined')] })

    const heard = stepCallee(refused, { on: 'stop', reason: 'refused' })

    expect(heard).toEqual({ state: { ...refused, answer: 'heard' }, say: [ended('stopped')] })
    expect(stepCallee(heard.state, LINK_UP)).toEqual(unchanged(heard.state))
  })

  it('says REFUSE to every INVITE that comes again', () => {
    const heard = stepCallee(refused, STOP).state

    expect(stepCallee(refused, INVITE)).toEqual({ state: refused, say: [refuse('declined')] })
    expect(stepCallee(heard, INVITE)).toEqual({ state: heard, say: [refuse('declined')] })
  })

  it('gives up telling when the time for that is over', () => {
    const givenUp = stepCallee(refused, timer('answer')).state

    expect(givenUp).toEqual({ ...refused, answer: 'given-up' })
    expect(stepCallee(givenUp, LINK_UP)).toEqual(unchanged(givenUp))
  })

  it('says ENDED to a CONFIRM', () => {
    expect(stepCallee(refused, CONFIRM)).toEqual({ state: refused, say: [ended('stopped')] })
  })

  it('stays refused', () => {
    for (const input of [ACCEPT, { ...REFUSE, reason: 'busy' } as const, RING, END, ABANDON, timer('ring'), timer('unreachable')]) {
      expect(stepCallee(refused, input)).toEqual(unchanged(refused))
    }

    expect(stepCallee(refused, STOP).state.end).toEqual(refused.end)
  })
})

describe('a callee whose invitation has ended', () => {
  it.each(OVER)('says how to INVITE and CONFIRM, and never rings again: %s', (_name, state, reason) => {
    expect(stepCallee(state, INVITE)).toEqual({ state, say: [ended(reason)] })
    expect(stepCallee(state, CONFIRM)).toEqual({ state, say: [ended(reason)] })
  })

  it.each(OVER)('answers STOP, each time: %s', (_name, state) => {
    expect(stepCallee(state, STOP)).toEqual({ state, say: [ended('stopped')] })
  })

  it.each(OVER)('is not moved by anything else: %s', (_name, state) => {
    for (const input of [RING, HOLD, ACCEPT, REFUSE, IGNORE, SILENCE, END, ABANDON, LINK_UP, timer('ring'), timer('unreachable'), timer('confirm')]) {
      expect(stepCallee(state, input)).toEqual(unchanged(state))
    }
  })
})

describe("a callee's timers", () => {
  it.each([
    ['received', received, ['ring'], ['ring', 'unreachable']],
    ['held', held, ['ring'], ['ring', 'unreachable']],
    ['silenced', silenced, [], []],
    ['ringing', ringing, ['ring'], ['ring', 'unreachable']],
    ['ringing, for ever', { ...ringing, ringTime: 0 }, [], ['unreachable']],
    ['accepting', accepting, ['confirm'], ['confirm']],
    ['accepted', accepted, [], ['session']],
    ['hung up', hungUp, ['answer'], ['answer']],
    ['hung up and heard', stepCallee(hungUp, STOP).state, [], []],
    ['refused', refused, ['answer'], ['answer']],
    ['refused and heard', stepCallee(refused, STOP).state, [], []],
    ['canceled', canceled, [], []],
    ['expired', expired, [], []],
    ['failed', failed, [], []]
  ])('%s', (_name, state, linkUp, linkDown) => {
    expect(calleeTimers(state, true)).toEqual(linkUp)
    expect(calleeTimers(state, false)).toEqual(linkDown)
  })
})

describe('a callee', () => {
  const all = { received, held, silenced, ringing, accepting, accepted, hungUp, refused, canceled, gone, expired, failed }

  it('is live until it ends or is silenced, and over when nothing more is to come', () => {
    expect(Object.values(all).filter(calleeIsLive)).toEqual([received, held, ringing, accepting])
    expect(Object.values(all).filter(calleeIsOver)).toEqual([silenced, canceled, gone, expired, failed])
    expect([hungUp, refused].map(state => stepCallee(state, STOP).state).every(calleeIsOver)).toBe(true)
    expect(calleeIsOver(stepCallee(accepted, timer('session')).state)).toBe(true)
  })

  it('tells the facts in order, each once; of one that never rang, only how it ended', () => {
    expect(calleeFacts('received', received)).toEqual([])
    expect(calleeFacts('received', held)).toEqual([])
    expect(calleeFacts('received', ringing)).toEqual(['received', 'ringing'])
    expect(calleeFacts('received', accepting)).toEqual(['received', 'ringing', 'accepting'])
    expect(calleeFacts('ringing', accepting)).toEqual(['accepting'])
    expect(calleeFacts('accepting', accepted)).toEqual(['accepted'])
    expect(calleeFacts('ringing', refused)).toEqual(['refused'])
    expect(calleeFacts('ringing', expired)).toEqual(['expired'])
    expect(calleeFacts('received', after(REFUSE))).toEqual(['refused'])
    expect(calleeFacts('received', after(STOP))).toEqual(['canceled'])
    expect(calleeFacts('ringing', ringing)).toEqual([])
    expect(calleeFacts('accepted', hungUp)).toEqual([])
  })

  it.each<[CallerWord, CalleeInput]>([
    [{ kind: 'invite', id: ID, ringTime: RING_TIME, age: 5, content: 'hello' }, INVITE],
    [{ kind: 'confirm', id: ID }, CONFIRM],
    [{ kind: 'stop', id: ID, reason: 'canceled' }, STOP],
    [{ kind: 'stop', id: ID, reason: 'glare', kept: 'b1' }, { on: 'stop', reason: 'glare', kept: 'b1' }]
  ])('takes of $kind what decides something', (word, input) => {
    expect(calleeInputOf(word)).toEqual(input)
  })
})
