import { describe, expect, it } from 'vitest'
import { HandMovedEnvironment } from './hand-moved-environment.ts'

function lots (seed: number): number[] {
  const environment = new HandMovedEnvironment(seed)

  return Array.from({ length: 1_000 }, () => environment.random())
}

describe('an environment that is moved by hand', () => {
  it('fires a timer when its time has come, and not before', () => {
    const environment = new HandMovedEnvironment()
    const fired: number[] = []

    environment.startTimer(100, () => { fired.push(environment.now()) })
    environment.advance(99)
    expect(fired).toEqual([])
    environment.advance(1)
    expect(fired).toEqual([100])
    expect(environment.pendingTimers).toBe(0)
  })

  it('fires timers in the order in which they are due, also those that a timer starts', () => {
    const environment = new HandMovedEnvironment()
    const fired: string[] = []
    const log = (what: string) => (): void => { fired.push(`${what} ${environment.now()}`) }

    environment.startTimer(30, log('third'))
    environment.startTimer(10, () => {
      log('first')()
      environment.startTimer(10, log('second'))
      environment.startTimer(1_000, log('too late'))
    })
    environment.startTimer(30, log('fourth'))
    environment.advance(50)

    expect(fired).toEqual(['first 10', 'second 20', 'third 30', 'fourth 30'])
    expect(environment.now()).toBe(50)
    expect(environment.untilNextTimer).toBe(960)
  })

  it('does not fire a timer that was stopped', () => {
    const environment = new HandMovedEnvironment()
    const timer = environment.startTimer(10, () => { throw new Error('fired') })

    timer.stop()
    environment.advance(20)

    expect(environment.pendingTimers).toBe(0)
  })

  it('lets promises settle between timers when time passes', async () => {
    const environment = new HandMovedEnvironment()
    const waits: number[] = []
    const wait = async (ms: number): Promise<void> => {
      await new Promise<void>(resolve => { environment.startTimer(ms, resolve) })
      waits.push(environment.now())
    }
    const waitTwice = async (): Promise<void> => {
      await wait(10)
      await wait(10)
    }
    const done = waitTwice()

    await environment.pass(20)
    await done

    expect(waits).toEqual([10, 20])
  })

  it('draws the same lots from the same seed, and others from another', () => {
    expect(lots(7)).toEqual(lots(7))
    expect(lots(7)).not.toEqual(lots(8))
    expect(lots(7).every(lot => lot >= 0 && lot < 1)).toBe(true)
    expect(lots(7).reduce((sum, lot) => sum + lot) / 1_000).toBeCloseTo(0.5, 1)
  })

  it('makes the bytes of an id', () => {
    const environment = new HandMovedEnvironment()
    const bytes = environment.randomBytes(16)

    expect(bytes).toHaveLength(16)
    expect(environment.randomBytes(16)).not.toEqual(bytes)
  })
})
