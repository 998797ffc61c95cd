import { describe, expect, it } from 'vitest'
import { negotiate } from '../../src/webrtc/index.ts'
import { SessionNegotiation } from '../../src/webrtc/session-negotiation.ts'
import { JoinedSessions } from '../session/joined-sessions.ts'
import { Call } from './call.ts'
import { StandInPeerConnection } from './stand-in-peer-connection.ts'
import { Tasks } from './tasks.ts'
import type { ConnectionStats } from '../../src/webrtc/index.ts'

const names = (errors: readonly Error[]): string[] => errors.map(({ name }) => name)

/** Counts by how much it is listened to. */
class CountingPeerConnection extends StandInPeerConnection {
  listeners = 0

  override addEventListener (type: string, listener: (event: Event) => void): void {
    super.addEventListener(type, listener)
    this.listeners++
  }

  override removeEventListener (type: string, listener: (event: Event) => void): void {
    super.removeEventListener(type, listener)
    this.listeners--
  }
}

describe('the end of a negotiation', () => {
  it('comes with that of the session, and closes both peer connections', async () => {
    const call = new Call({ statsInterval: 1_000 })
    const { caller, callee, sessions, environment } = call

    caller.connection.add('camera')
    await call.settle()
    sessions.end('caller')

    expect(await Promise.all([caller.negotiation.ended, callee.negotiation.ended])).toEqual(['session-ended', 'session-ended'])
    expect([caller.connection.signalingState, callee.connection.signalingState]).toEqual(['closed', 'closed'])
    expect([caller.errors, callee.errors, environment.pendingTimers]).toEqual([[], [], 0])
  })

  it('comes in the middle of anything, and nothing stays behind', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const call = new Call({ seed, statsInterval: 1_000 })
      const { caller, callee, sessions, environment } = call

      await call.settle([
        () => { caller.connection.add('camera') },
        () => { callee.connection.add('camera') },
        () => { sessions.end('callee') }
      ])
      expect(await caller.negotiation.ended).toBe('session-ended')
      expect([caller.errors, callee.errors, environment.pendingTimers], `seed ${seed}`).toEqual([[], [], 0])
    }
  })

  it('comes when the app closes its peer connection, and the session goes on', async () => {
    const call = new Call()
    const { caller, callee, sessions } = call

    caller.connection.add('camera')
    await call.settle()
    caller.connection.close()
    await call.pass(1_000)

    expect(await caller.negotiation.ended).toBe('connection-closed')
    expect(callee.connection.signalingState).toBe('stable')
    expect([caller.errors, callee.errors]).toEqual([[], []])

    const sent = sessions.caller.send('still here')

    await call.settle()
    await sent
    expect(sessions.caller.isOpen).toBe(true)
  })

  it('comes when the app closes it in the middle of anything, without an error', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const call = new Call({ seed })
      const { caller, callee } = call

      await call.settle([
        () => { caller.connection.add('camera') },
        () => { callee.connection.add('camera') },
        () => { callee.connection.close() }
      ])
      await call.pass(1_000)
      expect(await callee.negotiation.ended).toBe('connection-closed')
      expect(callee.errors, `seed ${seed}`).toEqual([])
    }
  })

  it('comes when its signal aborts, and leaves peer connection and session as they are', async () => {
    const abort = new AbortController()
    const call = new Call({ signal: abort.signal })
    const { caller, sessions } = call

    caller.connection.add('camera')
    await call.settle()
    abort.abort()
    caller.connection.add('screen')
    await call.settle()

    expect(await caller.negotiation.ended).toBe('aborted')
    expect([caller.connection.signalingState, caller.connection.missing.length, sessions.caller.isOpen]).toEqual(['stable', 1, true])
    expect(call.environment.pendingTimers).toBe(0)
  })

  it('is told once, and nothing is listened to any more', async () => {
    const sessions = new JoinedSessions()
    const connection = new CountingPeerConnection('caller', new Tasks(() => 0))
    const abort = new AbortController()
    const negotiation = negotiate(sessions.caller, connection, { signal: abort.signal })
    const told: string[] = []

    negotiation.addEventListener('ended', ({ detail }) => { told.push(detail) })
    expect(connection.listeners).toBe(3)
    abort.abort()
    sessions.end('callee')
    await negotiation.ended

    expect([told, connection.listeners]).toEqual([['aborted'], 0])
    expect(connection.signalingState).toBe('stable')
  })

  it('comes at once for a session that has ended, and for a peer connection that was closed', async () => {
    const sessions = new JoinedSessions()
    const tasks = new Tasks(() => 0)
    const [closed, open] = [new StandInPeerConnection('closed', tasks), new StandInPeerConnection('open', tasks)]

    closed.close()
    expect(await negotiate(sessions.callee, closed).ended).toBe('connection-closed')
    sessions.end('caller')
    expect(await negotiate(sessions.caller, open).ended).toBe('session-ended')
    expect(open.signalingState).toBe('closed')
  })

  it('leaves no timer behind, also where the peer connection was closed before', () => {
    const { caller, environment } = new JoinedSessions()
    const closed = new StandInPeerConnection('closed', new Tasks(() => 0))

    closed.close()
    expect(new SessionNegotiation(caller, closed, { statsInterval: 1_000 }, environment, undefined).isPolite).toBe(false)
    expect(environment.pendingTimers).toBe(0)
  })
})

describe('a negotiation goes on', () => {
  it.each([
    ['what is no signal', 'hello', 'MalformedSignalError'],
    ['a description that cannot be taken', '{"description":{"type":"answer","sdp":"{}"}}', 'RemoteDescriptionError'],
    ['a candidate before any description', '{"candidate":{"candidate":"x","sdpMid":"0"}}', 'CandidateError']
  ])('after %s, which is told', async (_what, message, name) => {
    const call = new Call()
    const { caller, callee, sessions } = call

    void sessions.callee.webrtcLane.send(message)
    await call.settle()
    expect(names(caller.errors)).toEqual([name])

    callee.connection.add('camera')
    await call.settle()
    caller.errors.length = 0
    expect(call.faults).toEqual([])
    expect(caller.connection.media).toHaveLength(1)
  })

  it('after 256 candidates of one description, and takes no more of them', async () => {
    const call = new Call()
    const { caller, callee, sessions } = call

    callee.connection.add('camera')
    await call.settle()
    caller.connection.taken.length = 0

    for (let count = 0; count < 300; count++) {
      void sessions.callee.webrtcLane.send(JSON.stringify({ candidate: { candidate: `${count}`, usernameFragment: callee.connection.ufrag } }))
    }

    await call.settle()
    // three came before: one, its end, and that of all
    expect(caller.connection.taken).toHaveLength(253)
    expect(names(caller.errors)).toEqual(['TooManyCandidatesError'])

    callee.connection.restartIce()
    await call.settle()
    expect(caller.connection.taken).toHaveLength(255)
  })

  it('after its own description failed, which is told', async () => {
    const call = new Call()
    const { caller } = call

    caller.connection.failing.set('setLocalDescription', new TypeError('no codecs'))
    caller.connection.add('camera')
    await call.settle()
    expect(caller.errors).toEqual([expect.objectContaining({ name: 'LocalDescriptionError', cause: expect.any(TypeError) })])

    caller.connection.failing.clear()
    caller.connection.restartIce()
    caller.connection.add('screen')
    await call.settle()
    call.callee.connection.add('camera')
    await call.settle()
    caller.errors.length = 0
    expect(call.faults).toEqual([])
  })

  it('after what is too large to be said, which is told', async () => {
    const call = new Call()

    call.caller.connection.add('x'.repeat(65_536))
    await call.settle()
    expect(call.caller.errors).toEqual([expect.objectContaining({ name: 'SignalNotSentError', cause: expect.objectContaining({ name: 'PayloadTooLargeError' }) })])
  })

  it('after a restart that its peer connection cannot do, which is told', async () => {
    const call = new Call()

    call.caller.connection.restartIce = () => { throw new TypeError('not here') }
    call.caller.connection.turnIce('failed')
    expect(call.caller.errors).toEqual([expect.objectContaining({ name: 'NegotiationError', cause: expect.any(TypeError) })])
  })

  it('after a listener that throws', async () => {
    const call = new Call()

    call.caller.negotiation.addEventListener('error', () => { throw new Error('of the app') })
    void call.sessions.callee.webrtcLane.send('hello')
    call.callee.connection.add('camera')
    await call.settle()
    expect([names(call.caller.errors), call.caller.connection.media.length]).toEqual([['MalformedSignalError'], 1])
  })
})

describe('a negotiation', () => {
  it('is one for each session', () => {
    const sessions = new JoinedSessions()
    const tasks = new Tasks(() => 0)
    const abort = new AbortController()

    negotiate(sessions.caller, new StandInPeerConnection('one', tasks), { signal: abort.signal })
    expect(() => negotiate(sessions.caller, new StandInPeerConnection('other', tasks))).toThrow(expect.objectContaining({ name: 'AlreadyNegotiatingError' }))
    abort.abort()
    expect(() => negotiate(sessions.caller, new StandInPeerConnection('other', tasks))).toThrow(expect.objectContaining({ name: 'AlreadyNegotiatingError' }))
  })

  it.each([99, 0, -1, Number.NaN])('is not made with a statsInterval of %d ms', (statsInterval) => {
    const { caller } = new JoinedSessions()

    expect(() => negotiate(caller, new StandInPeerConnection('one', new Tasks(() => 0)), { statsInterval })).toThrow(expect.objectContaining({ name: 'InvalidArgumentError' }))
  })

  it('is not made with a signal that is aborted', () => {
    const { caller } = new JoinedSessions()

    expect(() => negotiate(caller, new StandInPeerConnection('one', new Tasks(() => 0)), { signal: AbortSignal.abort() })).toThrow(expect.objectContaining({ name: 'AbortError' }))
  })

  it('reads what came before it was made', async () => {
    const sessions = new JoinedSessions()

    void sessions.caller.webrtcLane.send('{"description":{"type":"offer","sdp":"{\\"ufrag\\":\\"a\\",\\"media\\":[\\"camera\\"]}"}}')
    sessions.carryAll()

    const tasks = new Tasks(() => 0)
    const connection = new StandInPeerConnection('late', tasks)

    negotiate(sessions.callee, connection)
    await tasks.run()
    expect(connection.media).toEqual(['camera'])
    sessions.end('caller')
  })

  it('tells stats as often as it was asked to, and of a report that cannot be had', async () => {
    const call = new Call({ statsInterval: 1_000 })
    const { caller } = call
    const told: ConnectionStats[] = []

    caller.connection.stats = new Map([[0, { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.05 }]])
    caller.negotiation.addEventListener('stats', ({ detail }) => { told.push(detail) })
    await call.pass(3_500)
    expect(told).toEqual(Array.from({ length: 3 }, () => ({ roundTripTime: 50, inbound: {}, outbound: {} })))

    caller.connection.getStats = async () => { throw new TypeError('not now') }
    await call.pass(1_000)
    expect(caller.errors).toEqual([expect.objectContaining({ name: 'StatsError', cause: expect.any(TypeError) })])
  })
})
