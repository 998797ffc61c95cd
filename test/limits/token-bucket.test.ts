import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBucket } from '../../src/limits/index.ts'

describe('a token bucket', () => {
  it('gives its burst at once, and then nothing', () => {
    const bucket = new TokenBucket({ burst: 3, perSecond: 1 }, 0)

    expect([0, 0, 0, 0].map(now => bucket.take(now))).toEqual([true, true, true, false])
  })

  it('gives as much again as comes back in the time that has passed, and no more than the burst', () => {
    const bucket = new TokenBucket({ burst: 2, perSecond: 4 }, 0)

    bucket.take(0, 2)

    expect(bucket.take(249)).toBe(false)
    expect(bucket.take(250)).toBe(true)
    expect(bucket.take(60_000, 2)).toBe(true)
    expect(bucket.take(60_000)).toBe(false)
  })

  it('takes nothing if there is less than was asked for', () => {
    const bucket = new TokenBucket({ burst: 3, perSecond: 1 }, 0)

    expect(bucket.take(0, 4)).toBe(false)
    expect(bucket.take(0, 3)).toBe(true)
  })

  it('is full again when all has come back', () => {
    const bucket = new TokenBucket({ burst: 2, perSecond: 1 }, 0)

    bucket.take(0, 2)

    expect(bucket.isFull(1_999)).toBe(false)
    expect(bucket.isFull(2_000)).toBe(true)
  })

  it('says how long it takes until there is enough', () => {
    const bucket = new TokenBucket({ burst: 2, perSecond: 4 }, 0)

    expect(bucket.timeUntil(0, 2)).toBe(0)
    bucket.take(0, 2)
    expect([bucket.timeUntil(0, 1), bucket.timeUntil(100, 2), bucket.timeUntil(600, 2)]).toEqual([250, 400, 0])
    expect(bucket.timeUntil(600, 3)).toBe(Infinity)
  })

  it('never gives more than its burst and what comes back, however it is asked', () => {
    const rates = fc.record({ burst: fc.integer({ min: 1, max: 20 }), perSecond: fc.double({ min: 0.1, max: 20, noNaN: true }) })
    const steps = fc.array(fc.record({ wait: fc.nat(3_000), count: fc.integer({ min: 1, max: 5 }) }), { maxLength: 60 })

    fc.assert(fc.property(rates, steps, (rate, taken) => {
      const bucket = new TokenBucket(rate, 0)
      let now = 0
      let sum = 0

      for (const { wait, count } of taken) {
        now += wait
        sum += bucket.take(now, count) ? count : 0

        expect(sum).toBeLessThanOrEqual(rate.burst + now / 1_000 * rate.perSecond + 1e-6)
      }
    }))
  })
})
