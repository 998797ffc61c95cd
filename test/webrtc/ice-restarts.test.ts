import { describe, expect, it } from 'vitest'
import { Call } from './call.ts'
import type { Page } from '../../src/environment/index.ts'

/** A call that is connected. */
async function connected (page?: Page): Promise<Call> {
  const call = new Call(page == null ? {} : { page })

  call.caller.connection.add('camera')
  await call.settle()

  for (const { connection } of [call.caller, call.callee]) {
    connection.turnIce('checking')
    connection.turnIce('connected')
  }

  return call
}

describe('ICE', () => {
  it.each(['caller', 'callee'] as const)('is restarted at once when it failed at the %s, with new credentials on both sides', async (side) => {
    const call = await connected()
    const before = [call.caller.connection.ufrag, call.callee.connection.ufrag]

    call[side].connection.turnIce('failed')
    await call.settle()

    expect(call[side].restarts).toEqual(['failed'])
    expect(call.faults).toEqual([])
    expect(before).not.toContain(call.caller.connection.ufrag)
    expect(before).not.toContain(call.callee.connection.ufrag)
  })

  it('is restarted when it was disconnected for 3 s', async () => {
    const call = await connected()

    call.caller.connection.turnIce('disconnected')
    await call.pass(2_999)
    expect(call.caller.restarts).toEqual([])
    await call.pass(1)
    expect(call.caller.restarts).toEqual(['disconnected'])
  })

  it.each(['connected', 'checking'])('is not when it was %s again by then', async (state) => {
    const call = await connected()

    call.caller.connection.turnIce('disconnected')
    await call.pass(2_000)
    call.caller.connection.turnIce(state)
    await call.pass(60_000)
    expect(call.caller.restarts).toEqual([])
  })

  it('is restarted once by both sides that see it fail at the same moment', async () => {
    const call = await connected()
    const before = call.caller.connection.agreed

    call.caller.connection.turnIce('failed')
    call.callee.connection.turnIce('failed')
    await call.settle()
    expect(call.faults).toEqual([])
    expect(call.caller.connection.agreed).not.toEqual(before)
  })

  it('is restarted again and again, ever later, until six came to nothing, and that is told', async () => {
    const call = await connected()
    const at: number[] = []

    call.caller.negotiation.addEventListener('restart', () => { at.push(call.environment.now()) })
    call.caller.connection.turnIce('failed')
    await call.pass(600_000)

    const pauses = at.slice(1).map((time, index) => time - at[index]!)

    expect(pauses).toHaveLength(5)
    expect(pauses.every((pause, index) => pause >= 15_000 && pause <= 15_000 + 1_000 * 2 ** index)).toBe(true)
    expect(call.caller.errors.map(({ name }) => name)).toEqual(['RestartsFailedError'])
  })

  it('has all six again after it was connected', async () => {
    const call = await connected()

    call.caller.connection.turnIce('failed')
    await call.pass(50_000)
    call.caller.connection.turnIce('connected')
    call.caller.restarts.length = 0
    call.caller.connection.turnIce('failed')
    await call.pass(600_000)
    expect(call.caller.restarts).toHaveLength(6)
  })

  it('is restarted by the caller when the link of the session stands again', async () => {
    const call = await connected()

    call.sessions.cut()
    await call.settle()
    call.sessions.mend()
    await call.settle()
    expect([call.caller.restarts, call.callee.restarts]).toEqual([['network-changed'], []])
    expect(call.faults).toEqual([])
  })

  it('is not while the link is down, when nobody would hear of it', async () => {
    const call = await connected()

    call.sessions.cut()
    call.caller.connection.turnIce('failed')
    await call.pass(30_000)
    expect(call.caller.restarts).toEqual([])
    call.sessions.mend()
    await call.settle()
    expect(call.caller.restarts).toEqual(['network-changed'])
  })

  it.each(['online', 'resume'])('is restarted when the page hears %s, and once where nothing else changes by it', async (type) => {
    const page = { window: new EventTarget(), document: Object.assign(new EventTarget(), { visibilityState: 'visible' }) }
    const call = await connected(page);

    (type === 'online' ? page.window : page.document).dispatchEvent(new Event(type))
    await call.pass(600_000)
    expect(call.caller.restarts).toEqual(['network-changed'])
    expect(call.caller.errors).toEqual([])
  })

  it('is restarted no more than once in 2 s, however often the network comes and goes', async () => {
    const page = { window: new EventTarget(), document: Object.assign(new EventTarget(), { visibilityState: 'visible' }) }
    const call = await connected(page)

    for (let count = 0; count < 40; count++) {
      page.window.dispatchEvent(new Event('online'))
      await call.pass(100)
    }

    // 4 s have passed
    expect(call.caller.restarts).toHaveLength(3)
  })

  it('is not restarted before it was ever tried', async () => {
    const page = { window: new EventTarget(), document: Object.assign(new EventTarget(), { visibilityState: 'visible' }) }
    const call = new Call({ page })

    page.window.dispatchEvent(new Event('online'))
    await call.settle()
    expect(call.caller.restarts).toEqual([])
  })
})
