import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JoinedSessions } from './joined-sessions.ts'
import type { Lane } from '../../src/session/index.ts'
import type { Payload, Role } from '../../src/wire/index.ts'

const LANES = ['app', 'webrtc'] as const

type LaneName = typeof LANES[number]

const laneOf = (sessions: JoinedSessions, role: Role, lane: LaneName): Lane => lane === 'app' ? sessions[role] : sessions[role].webrtcLane

/** Reads all that comes, also what is there already. */
function readAll (lane: Lane): Payload[] {
  const messages: Payload[] = []

  void (async () => {
    for await (const { data } of lane.messages()) {
      messages.push(data)
    }
  })()

  return messages
}

/** Lets all come to rest: nothing is under way any more, nobody has anything left to read, and no pace holds anything back. */
async function untilRead (sessions: JoinedSessions): Promise<void> {
  for (let before = -1, now = 0; before !== now;) {
    before = now

    while (sessions.carry('caller') || sessions.carry('callee')) {
      now++
    }

    await sessions.environment.pass(0)

    // readers have made room, or the pace has
    if (sessions.environment.pendingTimers > 0) {
      await sessions.environment.pass(sessions.environment.untilNextTimer)
      now++
    }

    now += sessions.under.caller.length + sessions.under.callee.length
  }
}

describe('a lane of a session', () => {
  it('carries what the other lane never sees', async () => {
    const sessions = new JoinedSessions()
    const [app, webrtc] = [readAll(sessions.callee), readAll(sessions.callee.webrtcLane)]
    const told: Payload[] = []
    const sent = [sessions.caller.send('for the app'), sessions.caller.webrtcLane.send('for WebRTC')]

    sessions.caller.addEventListener('message', ({ detail: { data } }) => { told.push(data) })
    sent.push(sessions.callee.webrtcLane.send('for WebRTC, too'))
    await untilRead(sessions)
    await Promise.all(sent)

    expect([app, webrtc, told]).toEqual([['for the app'], ['for WebRTC'], []])
    expect(sessions.caller.webrtcLane).toMatchObject({ hasUnread: true })
  })

  it('numbers its parts by itself, and says which lane it is unless it is the app\'s', () => {
    const { under, caller } = new JoinedSessions()

    void caller.send('a')
    void caller.webrtcLane.send('b')
    void caller.send('c')

    const [a, b, c] = under.callee

    expect(a).toEqual({ kind: 'message', id: caller.id, by: 'caller', number: 1, payload: 'a', more: false })
    expect(b).toEqual({ kind: 'message', id: caller.id, by: 'caller', lane: 1, number: 1, payload: 'b', more: false })
    expect(c).toMatchObject({ number: 2, payload: 'c' })
  })

  it.each(LANES)('that nobody reads fills up, and then it waits and nothing else does: %s', async (unread) => {
    const sessions = new JoinedSessions()
    const other = unread === 'app' ? 'webrtc' : 'app'
    let heard = 0

    for (let count = 0; count < 500; count++) {
      void (async () => {
        await laneOf(sessions, 'caller', unread).send('x'.repeat(744))
        heard++
      })()
    }

    await untilRead(sessions)
    // each costs 1,000 of the 131,072
    expect(heard).toBe(131)

    const read = readAll(laneOf(sessions, 'callee', other))

    for (let count = 0; count < 500; count++) {
      void laneOf(sessions, 'caller', other).send(`${count}`)
    }

    await untilRead(sessions)
    expect(read).toEqual(Array.from({ length: 500 }, (_, count) => `${count}`))
    expect(heard).toBe(131)

    const late = readAll(laneOf(sessions, 'callee', unread))

    await untilRead(sessions)
    expect([late.length, heard, sessions.broken]).toEqual([500, 500, undefined])
  })

  it('waits for one part of the other at the pace of the session, however much that has to say', async () => {
    const sessions = new JoinedSessions()
    const { caller, callee, under, environment } = sessions
    // each costs 1,024, of which 1,024 make the burst that is free
    const message = 'x'.repeat(768)

    readAll(callee)

    for (let count = 0; count < 1_100; count++) {
      void caller.send(message)

      while (sessions.carry('callee') || sessions.carry('caller')) {
        await Promise.resolve()
      }
    }

    void caller.webrtcLane.send(message)
    expect([under.callee, environment.pendingTimers]).toEqual([[], 1])

    // time for two parts
    await environment.pass(8)
    expect(under.callee.map(({ lane }) => lane)).toEqual([1, undefined])
  })

  it('of a later version is ignored, and stalls nothing', async () => {
    const sessions = new JoinedSessions()
    const read = readAll(sessions.callee)

    expect(sessions.callee.hear({ kind: 'message', id: sessions.caller.id, by: 'caller', lane: 2, number: 1, payload: 'x', more: false })).toBe(true)
    expect(sessions.callee.hear({ kind: 'message', id: sessions.caller.id, by: 'caller', lane: 0xffff_ffff, number: 900, payload: 'x', more: false })).toBe(true)
    expect(sessions.callee.hear({ kind: 'receipt', id: sessions.caller.id, by: 'caller', lane: 2, heard: 7, window: 0 })).toBe(true)
    sessions.callee.speak()
    expect(sessions.under.caller).toEqual([])

    void sessions.caller.send('hello')
    await untilRead(sessions)
    expect(read).toEqual(['hello'])
  })

  it('keeps to the rules of the session: what breaks them on one breaks them all', () => {
    const { caller, callee } = new JoinedSessions()

    expect(callee.hear({ kind: 'message', id: caller.id, by: 'caller', lane: 1, number: 513, payload: 'x', more: false })).toBe(false)
    expect(callee.hear({ kind: 'receipt', id: caller.id, by: 'caller', lane: 1, heard: 1, window: 0 })).toBe(false)
  })

  it('says a receipt after a reconnect only where something came', async () => {
    const sessions = new JoinedSessions()

    void sessions.caller.webrtcLane.send('offer')
    await untilRead(sessions)
    sessions.cut()
    sessions.mend()

    expect(sessions.under).toEqual({
      caller: [{ kind: 'receipt', id: sessions.caller.id, by: 'callee', lane: 1, heard: 1, window: 131_072 - 256 - 5 }],
      callee: []
    })
  })

  it('ends with the session: sending fails, and what came is still read', async () => {
    const sessions = new JoinedSessions()
    const sent = sessions.caller.webrtcLane.send('heard')

    sessions.carryAll()
    await sent

    const unheard = sessions.caller.webrtcLane.send('not heard')

    sessions.end('callee')
    await expect(unheard).rejects.toMatchObject({ name: 'SessionEndedError' })
    await expect(sessions.caller.webrtcLane.send('late')).rejects.toMatchObject({ name: 'SessionEndedError' })

    const read: Payload[] = []

    for await (const { data } of sessions.callee.webrtcLane.messages()) {
      read.push(data)
    }

    expect(read).toEqual(['heard'])
    expect(sessions.environment.pendingTimers).toBe(0)
  })

  it('has every message once and in order, whatever both do, also across cuts', async () => {
    const message = fc.oneof(fc.string({ maxLength: 20 }), fc.integer({ min: 0, max: 30_000 }).map(length => 'x'.repeat(length)))
    const action = fc.oneof(
      { weight: 3, arbitrary: fc.record({ does: fc.constant('send'), by: fc.constantFrom('caller', 'callee'), lane: fc.constantFrom(...LANES), message }) },
      { weight: 6, arbitrary: fc.record({ does: fc.constant('carry'), to: fc.constantFrom('caller', 'callee'), count: fc.integer({ min: 1, max: 9 }) }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('cut', 'mend') }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('read'), by: fc.constantFrom('caller', 'callee'), lane: fc.constantFrom(...LANES) }) }
    )

    await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 80, size: 'max' }), async actions => {
      const sessions = new JoinedSessions()
      const said = new Map<string, string[]>()
      const read = new Map<string, Payload[]>()
      const sends: Array<Promise<void>> = []
      const begin = (by: Role, lane: LaneName): void => {
        if (!read.has(`${by} ${lane}`)) {
          read.set(`${by} ${lane}`, readAll(laneOf(sessions, by, lane)))
        }
      }

      for (const act of actions) {
        if ('message' in act) {
          sends.push(laneOf(sessions, act.by, act.lane).send(act.message))
          said.set(`${act.by} ${act.lane}`, [...said.get(`${act.by} ${act.lane}`) ?? [], act.message])
        } else if ('count' in act) {
          for (let count = 0; count < act.count; count++) {
            sessions.carry(act.to)
          }
        } else if ('by' in act) {
          begin(act.by, act.lane)
        } else if (act.does === 'cut' && sessions.isUp) {
          sessions.cut()
        } else if (act.does === 'mend' && !sessions.isUp) {
          sessions.mend()
        }
      }

      if (!sessions.isUp) {
        sessions.mend()
      }

      for (const lane of LANES) {
        begin('caller', lane)
        begin('callee', lane)
      }

      await untilRead(sessions)
      await Promise.all(sends)

      for (const lane of LANES) {
        expect(read.get(`callee ${lane}`)).toEqual(said.get(`caller ${lane}`) ?? [])
        expect(read.get(`caller ${lane}`)).toEqual(said.get(`callee ${lane}`) ?? [])
      }

      expect([sessions.broken, sessions.thrown]).toEqual([undefined, []])
    }), { numRuns: 100 })
  })
})
