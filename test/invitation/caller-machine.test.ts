import { describe, expect, it } from 'vitest'
import { callerInputOf, callerIsLive, callerIsOver, callerTimers, newCaller, stepCaller } from '../../src/invitation/caller-machine.ts'
import type { CallerInput, CallerState, CallerStep } from '../../src/invitation/caller-machine.ts'
import { callerFacts } from '../../src/invitation/facts.ts'
import { CANCEL_REASONS, HANGUP_REASONS, REFUSAL_REASONS } from '../../src/wire/words.ts'
import type { CalleeWord } from '../../src/wire/words.ts'

const ID = 'a1'
const RING_TIME = 60_000

const SEND: CallerInput = { on: 'send' }
const CANCEL: CallerInput = { on: 'cancel', reason: 'canceled', originator: 'local' }
const END: CallerInput = { on: 'end', reason: 'hangup', originator: 'local' }
const LINK_UP: CallerInput = { on: 'link-up' }
const UNSUPPORTED: CallerInput = { on: 'unsupported' }
const DELIVERED: CallerInput = { on: 'delivered' }
const RINGING: CallerInput = { on: 'ringing' }
const ACCEPT: CallerInput = { on: 'accept' }
const REFUSE: CallerInput = { on: 'refuse', reason: 'busy' }
const HANGUP: CallerInput = { on: 'hangup', reason: 'hangup' }
const ENDED: CallerInput = { on: 'ended', reason: 'stopped' }

const timer = (name: 'hint' | 'delivery' | 'ring' | 'unreachable' | 'stop' | 'session'): CallerInput => ({ on: 'timer', timer: name })

const INVITE_WORD = { kind: 'invite', id: ID, ringTime: RING_TIME, age: 0 }
const CONFIRM_WORD = { kind: 'confirm', id: ID }
const stop = (reason: string): object => ({ kind: 'stop', id: ID, reason })

/** One step further, with the link up. */
const step = (state: CallerState, input: CallerInput): CallerStep => stepCaller(state, input, true)

/** The state after these inputs, with the link up. */
const after = (...inputs: CallerInput[]): CallerState => inputs.reduce((state, input) => step(state, input).state, newCaller(ID, RING_TIME))

/** The same for one that was sent while the link was down, so that nothing was ever heard of it. */
const unheard = (...inputs: CallerInput[]): CallerState =>
  inputs.reduce((state, input) => stepCaller(state, input, false).state, stepCaller(newCaller(ID, RING_TIME), SEND, false).state)

const sending = after(SEND)
const delivered = after(SEND, DELIVERED)
const ringing = after(SEND, DELIVERED, RINGING)
const accepted = after(SEND, ACCEPT)
const hungUp = after(SEND, ACCEPT, END)
const refused = after(SEND, REFUSE)
const canceled = after(SEND, CANCEL)
const expired = after(SEND, DELIVERED, timer('ring'))
const failed = after(SEND, timer('delivery'))

const LIVE = [sending, delivered, ringing]
const ENDS = [refused, canceled, expired, failed]
const ALL = [newCaller(ID, RING_TIME), ...LIVE, accepted, hungUp, ...ENDS]

const nameOf = ({ phase, session }: CallerState): string => phase === 'accepted' && session !== 'open' ? 'hung up' : phase

/** A table of states for `it.each`. */
const named = (states: readonly CallerState[]): Array<[string, CallerState]> => states.map(state => [nameOf(state), state])

/** It stays what it was and nothing is said. */
const unchanged = (state: CallerState): CallerStep => ({ state, say: [] })

describe('a caller that has not sent yet', () => {
  const idle = newCaller(ID, RING_TIME)

  it('says INVITE when it is sent, and is sending', () => {
    expect(step(idle, SEND)).toEqual({ state: { ...idle, phase: 'sending', invited: true }, say: [INVITE_WORD] })
  })

  it('does not count an INVITE as said that no stream took', () => {
    expect(stepCaller(idle, SEND, false).state).toMatchObject({ phase: 'sending', invited: false })
  })

  it('ends at once when it is canceled, and nobody is told', () => {
    const { state, say } = step(idle, CANCEL)

    expect(state).toMatchObject({ phase: 'canceled', end: { state: 'canceled', originator: 'local', reason: 'canceled' }, stop: 'none' })
    expect(say).toEqual([])
  })

  it.each([DELIVERED, RINGING, ACCEPT, REFUSE, HANGUP, ENDED, LINK_UP, UNSUPPORTED, END, timer('delivery')])('is not moved by $on', input => {
    expect(step(idle, input)).toEqual(unchanged(idle))
  })
})

describe('a caller whose invitation is out', () => {
  it('is delivered, and then ringing, as the callee says', () => {
    expect(step(sending, DELIVERED)).toEqual({ state: { ...sending, phase: 'delivered' }, say: [] })
    expect(step(delivered, RINGING)).toEqual({ state: { ...delivered, phase: 'ringing' }, say: [] })
  })

  it('is ringing at once where RINGING comes first', () => {
    expect(step(sending, RINGING)).toEqual({ state: { ...sending, phase: 'ringing' }, say: [] })
  })

  it('does not go back where DELIVERED or RINGING come again or late', () => {
    expect(step(delivered, DELIVERED)).toEqual(unchanged(delivered))
    expect(step(ringing, DELIVERED)).toEqual(unchanged(ringing))
    expect(step(ringing, RINGING)).toEqual(unchanged(ringing))
  })

  it.each(named(LIVE))('confirms an ACCEPT while %s, and opens a session', (_name, state) => {
    expect(step(state, ACCEPT)).toEqual({
      state: { ...state, phase: 'accepted', end: { state: 'accepted', originator: 'remote', reason: 'accepted' }, session: 'open' },
      say: [CONFIRM_WORD]
    })
  })

  it.each(REFUSAL_REASONS)('ends refused with the reason %s, and says that it was heard', reason => {
    for (const state of LIVE) {
      const next = step(state, { on: 'refuse', reason })

      expect(next.state).toMatchObject({ phase: 'refused', end: { state: 'refused', originator: 'remote', reason }, stop: 'none' })
      expect(next.say).toEqual([stop('refused')])
    }
  })

  it.each(CANCEL_REASONS)('ends canceled at once with the reason %s, and owes a STOP', reason => {
    for (const state of LIVE) {
      const next = step(state, { on: 'cancel', reason, originator: 'system' })

      expect(next.state).toMatchObject({ phase: 'canceled', end: { state: 'canceled', originator: 'system', reason }, stop: 'owed' })
      expect(next.say).toEqual([stop(reason)])
    }
  })

  it('names the invitation that is kept in its place', () => {
    const { state, say } = step(sending, { on: 'cancel', reason: 'glare', originator: 'system', kept: 'b1' })

    expect(state.end).toEqual({ state: 'canceled', originator: 'system', reason: 'glare', kept: 'b1' })
    expect(say).toEqual([{ kind: 'stop', id: ID, reason: 'glare', kept: 'b1' }])
  })

  it.each(named(LIVE))('says INVITE again while %s when a link comes up', (_name, state) => {
    expect(step(state, LINK_UP)).toEqual({ state, say: [INVITE_WORD] })
  })

  it('counts an INVITE as said from the first link on', () => {
    expect(step(unheard(), LINK_UP).state.invited).toBe(true)
  })

  it('gives the hint that it is not delivered yet, once', () => {
    const { state, say } = step(sending, timer('hint'))

    expect(state).toEqual({ ...sending, hinted: true })
    expect(say).toEqual([])
    expect(callerTimers(state, true)).not.toContain('hint')
  })

  it('fails with no-response if it was said and nobody answered', () => {
    const { state, say } = step(sending, timer('delivery'))

    expect(state).toMatchObject({ phase: 'failed', end: { state: 'failed', originator: 'system', reason: 'no-response' }, stop: 'owed' })
    expect(say).toEqual([stop('timeout')])
  })

  it('fails with peer-offline if it was never said, and owes nothing', () => {
    const { state, say } = stepCaller(unheard(), timer('delivery'), false)

    expect(state).toMatchObject({ phase: 'failed', end: { state: 'failed', originator: 'system', reason: 'peer-offline' }, stop: 'none' })
    expect(say).toEqual([])
  })

  it('owes nothing when it is canceled before it was ever said', () => {
    const { state, say } = stepCaller(unheard(), CANCEL, false)

    expect(state).toMatchObject({ phase: 'canceled', stop: 'none' })
    expect(say).toEqual([])
  })

  it('fails where the peer does not speak the protocol, but not once it has answered', () => {
    expect(step(sending, UNSUPPORTED).state.end).toEqual({ state: 'failed', originator: 'remote', reason: 'unsupported' })
    expect(step(delivered, UNSUPPORTED)).toEqual(unchanged(delivered))
    expect(step(ringing, UNSUPPORTED)).toEqual(unchanged(ringing))
  })

  it.each(named([delivered, ringing]))('expires when the ring time is over while %s', (_name, state) => {
    const next = step(state, timer('ring'))

    expect(next.state).toMatchObject({ phase: 'expired', end: { state: 'expired', originator: 'system', reason: 'timeout' }, stop: 'owed' })
    expect(next.say).toEqual([stop('timeout')])
  })

  it.each(named([delivered, ringing]))('fails when the link is gone too long while %s, and tells the callee that it is gone', (_name, state) => {
    const next = step(state, timer('unreachable'))

    expect(next.state).toMatchObject({ phase: 'failed', end: { state: 'failed', originator: 'system', reason: 'connection-lost' }, stop: 'owed' })
    expect(next.say).toEqual([stop('caller-gone')])
  })

  it('has nothing to hang up, and no end for HANGUP', () => {
    for (const state of LIVE) {
      expect(step(state, END)).toEqual(unchanged(state))
      expect(step(state, HANGUP)).toEqual(unchanged(state))
      expect(step(state, SEND)).toEqual(unchanged(state))
    }
  })

  it('is not moved by a timer that does not run', () => {
    expect(step(sending, timer('ring'))).toEqual(unchanged(sending))
    expect(step(ringing, timer('delivery'))).toEqual(unchanged(ringing))
  })
})

describe('a caller that is told ENDED while it waits', () => {
  it.each([
    ['expired', { state: 'expired', originator: 'remote', reason: 'timeout' }, 'timeout'],
    ['accept-failed', { state: 'failed', originator: 'remote', reason: 'accept-failed' }, 'timeout'],
    ['caller-gone', { state: 'failed', originator: 'remote', reason: 'connection-lost' }, 'caller-gone'],
    ['connection-lost', { state: 'failed', originator: 'remote', reason: 'protocol-error' }, 'timeout'],
    ['stopped', { state: 'failed', originator: 'remote', reason: 'protocol-error' }, 'timeout'],
    ['unknown', { state: 'failed', originator: 'remote', reason: 'protocol-error' }, 'timeout'],
    ['hangup', { state: 'failed', originator: 'remote', reason: 'protocol-error' }, 'timeout']
  ] as const)('takes %s for what it says, and says STOP all the same', (reason, end, stopReason) => {
    for (const state of LIVE) {
      const next = step(state, { on: 'ended', reason })

      expect(next.state).toMatchObject({ phase: end.state, end, stop: 'owed' })
      expect(next.say).toEqual([stop(stopReason)])
    }
  })

  it('fails with rate-limited, and spares the callee another word', () => {
    for (const state of LIVE) {
      const { state: next, say } = step(state, { on: 'ended', reason: 'rate-limited' })

      expect(next).toMatchObject({ phase: 'failed', end: { state: 'failed', originator: 'remote', reason: 'rate-limited' }, stop: 'none' })
      expect(say).toEqual([])
    }
  })
})

describe('a caller whose invitation has ended', () => {
  const overAndHeard = ENDS.map(state => step(state, ENDED).state)

  it.each(named(overAndHeard))('answers every word of the callee but ENDED with what had happened: %s', (_name, state) => {
    const [word] = step(state, ACCEPT).say

    expect(word?.kind).toBe('stop')

    for (const input of [DELIVERED, RINGING, ACCEPT, REFUSE, HANGUP]) {
      expect(step(state, input)).toEqual({ state, say: [word] })
    }

    expect(step(state, ENDED)).toEqual(unchanged(state))
  })

  it.each([
    ['refused', refused, 'refused'],
    ['canceled', canceled, 'canceled'],
    ['expired', expired, 'timeout'],
    ['failed', failed, 'timeout'],
    ['failed for want of a link', after(SEND, DELIVERED, timer('unreachable')), 'caller-gone']
  ])('gives the reason of the end in STOP: %s', (_name, state, reason) => {
    expect(step(step(state, ENDED).state, RINGING).say).toEqual([stop(reason)])
  })

  it.each(named([canceled, expired, failed]))('does not say STOP for every word while one is under way already: %s', (_name, state) => {
    for (const input of [DELIVERED, RINGING, ACCEPT, REFUSE, HANGUP]) {
      expect(step(state, input)).toEqual(unchanged(state))
    }
  })

  it.each(named([canceled, expired, failed, hungUp]))('says STOP again when a link comes up, until ENDED is heard: %s', (_name, state) => {
    const again = step(state, LINK_UP)

    expect(again.state).toEqual(state)
    expect(again.say.at(-1)?.kind).toBe('stop')

    const heard = step(state, ENDED).state

    expect(heard).toEqual({ ...state, stop: 'heard' })
    expect(step(heard, LINK_UP)).toEqual(unchanged(heard))
  })

  it.each(named([canceled, expired, failed, hungUp]))('gives up telling when the time for that is over: %s', (_name, state) => {
    const givenUp = step(state, timer('stop')).state

    expect(givenUp).toEqual({ ...state, stop: 'given-up' })
    expect(callerIsOver(givenUp)).toBe(true)
    expect(step(givenUp, LINK_UP)).toEqual(unchanged(givenUp))
    expect(step(givenUp, ENDED)).toEqual(unchanged(givenUp))
  })

  it('does not say again that it heard a refusal', () => {
    expect(step(refused, LINK_UP)).toEqual(unchanged(refused))
  })

  it.each(named(ENDS))('stays %s whatever is done', (_name, state) => {
    for (const input of [SEND, CANCEL, END, UNSUPPORTED, timer('ring'), timer('delivery'), timer('unreachable'), timer('session'), timer('hint')]) {
      expect(step(state, input)).toEqual(unchanged(state))
    }
  })
})

describe('a caller on the call', () => {
  it('confirms again, as often as ACCEPT comes and a link comes up', () => {
    expect(step(accepted, ACCEPT)).toEqual({ state: accepted, say: [CONFIRM_WORD] })
    expect(step(accepted, LINK_UP)).toEqual({ state: accepted, say: [CONFIRM_WORD] })
  })

  it('is not moved by what comes late, nor by a cancel', () => {
    for (const input of [DELIVERED, RINGING, SEND, CANCEL, UNSUPPORTED, timer('ring'), timer('unreachable')]) {
      expect(step(accepted, input)).toEqual(unchanged(accepted))
    }
  })

  it.each(HANGUP_REASONS)('hangs up with the reason %s: CONFIRM and STOP, until ENDED', reason => {
    const { state, say } = step(accepted, { on: 'end', reason, originator: 'system' })

    expect(state).toEqual({ ...accepted, session: { reason, originator: 'system' }, stop: 'owed' })
    expect(say).toEqual([CONFIRM_WORD, stop(reason)])
  })

  it.each(HANGUP_REASONS)('hears the callee hang up with the reason %s, and answers', reason => {
    const { state, say } = step(accepted, { on: 'hangup', reason })

    expect(state).toEqual({ ...accepted, session: { reason, originator: 'remote' } })
    expect(say).toEqual([CONFIRM_WORD, stop(reason)])
    expect(callerIsOver(state)).toBe(true)
  })

  it('takes a refusal for the word of a new process that was asked again', () => {
    const { state, say } = step(accepted, REFUSE)

    expect(state).toEqual({ ...accepted, session: { reason: 'peer-restarted', originator: 'remote' }, stop: 'owed' })
    expect(say).toEqual([CONFIRM_WORD, stop('connection-lost')])
  })

  it.each([
    ['accept-failed', 'accept-failed', 'connection-lost'],
    ['hangup', 'hangup', 'hangup'],
    ['connection-lost', 'connection-lost', 'connection-lost'],
    ['stopped', 'peer-restarted', 'connection-lost'],
    ['unknown', 'peer-restarted', 'connection-lost'],
    ['expired', 'peer-restarted', 'connection-lost'],
    ['caller-gone', 'peer-restarted', 'connection-lost'],
    ['rate-limited', 'peer-restarted', 'connection-lost']
  ] as const)('ends the session when it is told ENDED %s: %s', (reason, sessionEnd, stopReason) => {
    const { state, say } = step(accepted, { on: 'ended', reason })

    expect(state).toEqual({ ...accepted, session: { reason: sessionEnd, originator: 'remote' }, stop: 'owed' })
    expect(say).toEqual([CONFIRM_WORD, stop(stopReason)])
  })

  it('ends the session by itself when the link is gone too long, and owes nothing', () => {
    expect(step(accepted, timer('session'))).toEqual({ state: { ...accepted, session: { reason: 'connection-lost', originator: 'system' } }, say: [] })
  })

  it('answers every word but ENDED with CONFIRM and STOP when it has hung up', () => {
    const heard = step(hungUp, ENDED).state

    for (const input of [DELIVERED, RINGING, ACCEPT, REFUSE, HANGUP]) {
      expect(step(heard, input)).toEqual({ state: heard, say: [CONFIRM_WORD, stop('hangup')] })
      expect(step(hungUp, input)).toEqual(unchanged(hungUp))
    }

    expect(step(heard, ENDED)).toEqual(unchanged(heard))
  })

  it('hangs up once', () => {
    expect(step(hungUp, END)).toEqual(unchanged(hungUp))
    expect(step(hungUp, { on: 'end', reason: 'shutdown', originator: 'system' })).toEqual(unchanged(hungUp))
  })
})

describe("a caller's timers", () => {
  it.each([
    ['idle', newCaller(ID, RING_TIME), [], []],
    ['sending', sending, ['delivery', 'hint'], ['delivery', 'hint']],
    ['delivered', delivered, ['ring'], ['ring', 'unreachable']],
    ['ringing', ringing, ['ring'], ['ring', 'unreachable']],
    ['delivered, for ever', { ...delivered, ringTime: 0 }, [], ['unreachable']],
    ['ringing, for ever', { ...ringing, ringTime: 0 }, [], ['unreachable']],
    ['accepted', accepted, [], ['session']],
    ['hung up', hungUp, ['stop'], ['stop']],
    ['refused', refused, [], []],
    ['canceled', canceled, ['stop'], ['stop']],
    ['expired', expired, ['stop'], ['stop']],
    ['failed', failed, ['stop'], ['stop']],
    ['failed and heard', step(failed, ENDED).state, [], []]
  ])('%s', (_name, state, linkUp, linkDown) => {
    expect(callerTimers(state, true)).toEqual(linkUp)
    expect(callerTimers(state, false)).toEqual(linkDown)
  })
})

describe('a caller', () => {
  it('is live from sending until it ends, and over when nothing more is to come', () => {
    expect(ALL.filter(callerIsLive)).toEqual(LIVE)
    expect(ALL.filter(callerIsOver)).toEqual([refused])
    expect([hungUp, canceled, expired, failed].map(state => step(state, ENDED).state).every(callerIsOver)).toBe(true)
    expect(callerIsOver(step(accepted, timer('session')).state)).toBe(true)
  })

  it('tells the facts in order, each once, and those before an early one with it', () => {
    expect(callerFacts('idle', sending)).toEqual(['sending'])
    expect(callerFacts('sending', ringing)).toEqual(['delivered', 'ringing'])
    expect(callerFacts('sending', accepted)).toEqual(['delivered', 'ringing', 'accepted'])
    expect(callerFacts('delivered', accepted)).toEqual(['ringing', 'accepted'])
    expect(callerFacts('ringing', accepted)).toEqual(['accepted'])
    expect(callerFacts('sending', refused)).toEqual(['delivered', 'refused'])
    expect(callerFacts('ringing', refused)).toEqual(['refused'])
    expect(callerFacts('sending', failed)).toEqual(['failed'])
    expect(callerFacts('ringing', canceled)).toEqual(['canceled'])
    expect(callerFacts('idle', canceled)).toEqual(['canceled'])
    expect(callerFacts('accepted', accepted)).toEqual([])
    expect(callerFacts('ringing', ringing)).toEqual([])
  })

  it.each<[CalleeWord, CallerInput]>([
    [{ kind: 'delivered', id: ID }, DELIVERED],
    [{ kind: 'ringing', id: ID }, RINGING],
    [{ kind: 'accept', id: ID, response: 'yes' }, ACCEPT],
    [{ kind: 'refuse', id: ID, reason: 'busy', text: 'later' }, REFUSE],
    [{ kind: 'hangup', id: ID, reason: 'hangup' }, HANGUP],
    [{ kind: 'ended', id: ID, reason: 'stopped' }, ENDED]
  ])('takes of $kind what decides something', (word, input) => {
    expect(callerInputOf(word)).toEqual(input)
  })
})
