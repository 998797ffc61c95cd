import { describe, expect, it } from 'vitest'
import { BackOff } from '../../src/waiting/back-off.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'

/** Milliseconds. */
const CEILINGS = { start: 250, cap: 10_000 }

describe('the back-off', () => {
  it('waits under a ceiling that doubles from 250 ms up to 10 s', () => {
    const almostOne = new BackOff(() => 0.999_999, CEILINGS)

    expect(Array.from({ length: 8 }, () => Math.round(almostOne.next()))).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
  })

  it('waits for anything between nothing and the ceiling, evenly', () => {
    const environment = new HandMovedEnvironment(5)
    const first = Array.from({ length: 2_000 }, () => new BackOff(() => environment.random(), CEILINGS).next())

    expect(Math.min(...first)).toBeLessThan(10)
    expect(Math.max(...first)).toBeGreaterThan(240)
    expect(first.reduce((sum, delay) => sum + delay) / first.length / 125).toBeCloseTo(1, 1)
  })

  it('begins anew after a reset', () => {
    const half = new BackOff(() => 0.5, CEILINGS)

    expect(half.isFresh).toBe(true)
    half.next()
    half.next()
    expect(half.isFresh).toBe(false)
    half.reset()
    expect(half.isFresh).toBe(true)
    expect(half.next()).toBe(125)
  })

  it('does not grow past its ceiling however often it is asked', () => {
    const half = new BackOff(() => 0.5, CEILINGS)

    for (let i = 0; i < 5_000; i++) {
      half.next()
    }

    expect(half.next()).toBe(5_000)
  })
})
