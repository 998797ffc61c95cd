import { describe, expect, it } from 'vitest'
import { SessionNegotiation } from '../../src/webrtc/session-negotiation.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { JoinedSessions } from '../session/joined-sessions.ts'
import { Call } from './call.ts'
import { StandInPeerConnection } from './stand-in-peer-connection.ts'
import { Tasks } from './tasks.ts'

describe('a negotiation', () => {
  it.each(['caller', 'callee'] as const)('begins when the %s adds something, and both know all candidates', async (side) => {
    const call = new Call()

    call[side].connection.add('camera')
    await call.settle()

    expect(call.faults).toEqual([])
    expect(call.caller.connection.media).toHaveLength(1)

    for (const { connection, other } of [{ connection: call.caller.connection, other: call.callee.connection }, { connection: call.callee.connection, other: call.caller.connection }]) {
      expect(other.taken).toEqual([
        { candidate: 'host', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: connection.ufrag },
        { candidate: '', usernameFragment: connection.ufrag }
      ])
    }
  })

  it('begins with what was added before it, though nobody heard what was asked for then', async () => {
    const environment = new HandMovedEnvironment()
    const sessions = new JoinedSessions(environment)
    const tasks = new Tasks(() => environment.random())
    const [offering, answering] = [new StandInPeerConnection('offering', tasks), new StandInPeerConnection('answering', tasks)]

    offering.add('camera')
    await tasks.run()

    const [impolite, polite] = [
      new SessionNegotiation(sessions.caller, offering, {}, environment, undefined),
      new SessionNegotiation(sessions.callee, answering, {}, environment, undefined)
    ]

    await tasks.run(() => (['caller', 'callee'] as const).filter(role => sessions.under[role].length > 0).map(role => () => { sessions.carry(role) }))

    expect([impolite.isPolite, polite.isPolite]).toEqual([false, true])
    expect([offering.media, answering.media]).toEqual([[`${offering.name} camera`], [`${offering.name} camera`]])
  })

  it('keeps the caller\'s offer of two that cross, and then has what the callee wanted', async () => {
    const call = new Call()
    const { caller, callee, sessions, tasks } = call

    caller.connection.add('camera')
    callee.connection.add('microphone')
    // both have made an offer, and neither has heard of the other's
    await tasks.run()
    expect([caller.connection.signalingState, callee.connection.signalingState]).toEqual(['have-local-offer', 'have-local-offer'])

    // the offer and the candidates of the callee are of no use
    while (sessions.carry('caller')) {
      await tasks.run()
    }

    expect(caller.connection.signalingState).toBe('have-local-offer')
    await call.settle()
    expect(call.faults).toEqual([])
    expect(caller.connection.media).toEqual([`${caller.connection.name} camera`, `${callee.connection.name} microphone`])
    expect(caller.connection.rejections.length).toBeGreaterThan(0)
    expect(callee.connection.rejections).toEqual([])
  })

  it('keeps it as well where the callee hears of it first', async () => {
    const call = new Call()
    const { caller, callee, sessions, tasks } = call

    callee.connection.add('microphone')
    caller.connection.add('camera')
    await tasks.run()

    while (sessions.carry('callee')) {
      await tasks.run()
    }

    // it has taken its own back, and answered
    expect([callee.connection.signalingState, callee.connection.media]).toEqual(['have-local-offer', [`${caller.connection.name} camera`]])
    await call.settle()
    expect(call.faults).toEqual([])
  })

  it('ends stable and the same on both sides, in 400 orders of what both do and what happens', async () => {
    for (let seed = 1; seed <= 400; seed++) {
      const call = new Call({ seed })
      const { caller, callee, environment } = call
      const app: Array<() => void> = []

      for (let count = 2 + Math.floor(environment.random() * 7); count > 0; count--) {
        const { connection } = environment.random() < 0.5 ? caller : callee

        app.push(environment.random() < 0.7 ? () => { connection.add(`media ${count}`) } : () => { connection.restartIce() })
      }

      await call.settle(app)
      expect(call.faults, `seed ${seed}`).toEqual([])
    }
  })

  it('does so in 100 orders of cuts of the link', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const call = new Call({ seed })
      const { caller, callee, sessions } = call

      await call.settle([
        () => { caller.connection.add('camera') },
        () => { sessions.cut() },
        () => { callee.connection.add('camera') },
        () => { callee.connection.restartIce() },
        () => { sessions.mend() },
        () => { caller.connection.add('screen') },
        () => { sessions.cut() },
        () => { callee.connection.add('screen') },
        () => { sessions.mend() }
      ])
      expect(call.faults, `seed ${seed}`).toEqual([])
    }
  })
})
