import { beforeEach, describe, expect, it } from 'vitest'
import { Attempts } from '../../src/reachability/attempts.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'

let environment: HandMovedEnvironment
let tries: Array<{ readonly signal: AbortSignal, works(): void, fails(thrown: unknown): void }>
let failures: Error[]
let attempts: Attempts

beforeEach(() => {
  environment = new HandMovedEnvironment()
  tries = []
  failures = []
  attempts = new Attempts(environment, {
    attempt: async (signal) => {
      const settled = Promise.withResolvers<void>()

      tries.push({ signal, works: settled.resolve, fails: settled.reject })
      await settled.promise
    },
    failed: (error) => { failures.push(error) },
    pauseAfter: ({ message }) => message === 'full' ? 60_000 : 0
  })
})

async function fail (thrown: unknown = new Error('nobody there')): Promise<void> {
  tries.at(-1)!.fails(thrown)
  await environment.pass(0)
}

async function work (): Promise<void> {
  tries.at(-1)!.works()
  await environment.pass(0)
}

/** How long the next try is waited for; it fails as well. */
async function delay (): Promise<number> {
  const waited = environment.untilNextTimer

  environment.advance(waited)
  await fail()

  return waited
}

describe('attempts', () => {
  it('begin at once, and are over when one works', async () => {
    expect(attempts.state).toBe('idle')
    attempts.begin()
    attempts.begin()
    expect(attempts.state).toBe('trying')
    expect(tries).toHaveLength(1)
    await work()
    expect(attempts.state).toBe('idle')
    expect(environment.pendingTimers).toBe(0)
  })

  it('come after delays that grow up to 4 s and differ, for as long as it takes', async () => {
    const waited: number[] = []

    attempts.begin()
    await fail()

    for (let i = 0; i < 200; i++) {
      waited.push(await delay())
    }

    expect(waited.every((ms, index) => ms >= 0 && ms <= Math.min(4_000, 250 * 2 ** index))).toBe(true)
    expect(Math.max(...waited)).toBeGreaterThan(3_900)
    expect(new Set(waited).size).toBe(200)
    expect(failures).toHaveLength(201)
    expect(attempts.state).toBe('waiting')
  })

  it('tell of an error whatever was thrown, and pause longer after some', async () => {
    attempts.begin()
    await fail(new Event('error'))
    expect(failures).toEqual([expect.objectContaining({ name: 'TransportError' })])
    expect(environment.untilNextTimer).toBeLessThanOrEqual(250)

    environment.advance(250)
    await fail(new Error('full'))
    expect(environment.untilNextTimer).toBeGreaterThanOrEqual(60_000)
  })

  it('begin again soon after what worked for a while was lost, yet not all at the same moment', async () => {
    attempts.begin()
    await fail()
    await delay()
    await delay()
    environment.advance(1_000)
    await work()
    environment.advance(5_000)
    attempts.begin()
    expect(attempts.state).toBe('waiting')
    expect(environment.untilNextTimer).toBeLessThanOrEqual(250)
    expect(environment.untilNextTimer).toBeGreaterThan(0)
  })

  it('come after growing delays when each works and is lost at once', async () => {
    const waited: number[] = []

    for (let i = 0; i < 30; i++) {
      attempts.begin()
      waited.push(Math.min(environment.untilNextTimer, 1_000_000))
      environment.advance(4_000)
      await work()
    }

    expect(Math.max(...waited.slice(1))).toBeGreaterThan(3_000)
  })

  it('are made at once when told so, and then from short delays on', async () => {
    attempts.begin()
    await fail()

    for (let i = 0; i < 10; i++) {
      await delay()
    }

    const made = tries.length

    attempts.tryNow()
    expect(tries).toHaveLength(made + 1)
    await fail()
    expect(environment.untilNextTimer).toBeLessThanOrEqual(250)
  })

  it('are begun anew when told so after a while, and only one at a time', async () => {
    attempts.begin()
    attempts.tryNow()
    environment.advance(999)
    attempts.tryNow()
    expect(tries).toHaveLength(1)
    environment.advance(1)
    expect(tries[0]!.signal.aborted).toBe(false)
    attempts.tryNow()
    expect(tries.map(({ signal }) => signal.aborted)).toEqual([true])

    // what comes of the first does not count
    await fail(new Error('aborted'))
    expect(tries.map(({ signal }) => signal.aborted)).toEqual([true, false])
    expect(failures).toEqual([])
    expect(environment.pendingTimers).toBe(0)
    await work()
    expect(attempts.state).toBe('idle')
  })

  it('are over when one works that was to be begun anew', async () => {
    attempts.begin()
    environment.advance(1_000)
    attempts.tryNow()
    await work()
    expect(attempts.state).toBe('idle')
    expect(tries).toHaveLength(1)
  })

  it('are not made by that when nothing is to be tried', () => {
    attempts.tryNow()
    expect(tries).toEqual([])
  })

  it('leave nothing when they are stopped, in whatever state', async () => {
    attempts.begin()
    attempts.stop()
    expect(tries[0]!.signal.aborted).toBe(true)
    tries[0]!.fails(new Error('aborted'))
    await environment.pass(0)
    expect(attempts.state).toBe('idle')

    attempts.begin()
    await fail()
    expect(attempts.state).toBe('waiting')
    attempts.stop()
    expect(attempts.state).toBe('idle')
    expect(environment.pendingTimers).toBe(0)
    await environment.pass(60_000)
    expect(tries).toHaveLength(2)
  })
})
