import { describe, expect, it } from 'vitest'
import { TokenBuckets } from '../../src/limits/index.ts'

describe('token buckets by name', () => {
  it('have a burst for each name', () => {
    const buckets = new TokenBuckets({ burst: 1, perSecond: 1 })

    expect(['ann', 'ann', 'bob', 'bob'].map(name => buckets.take(name, 0))).toEqual([true, false, true, false])
  })

  it('forget who has a full one, and nobody else', () => {
    const buckets = new TokenBuckets({ burst: 4, perSecond: 1 })

    buckets.take('ann', 0, 4)
    buckets.take('bob', 3_000)
    buckets.take('bob', 3_900, 3)
    buckets.take('cim', 4_000)

    expect(buckets.size).toBe(2)
    expect(buckets.take('bob', 4_000, 4)).toBe(false)
    expect(buckets.take('ann', 4_000, 4)).toBe(true)
  })

  it('hold no more than were asked for in twice the time that a bucket takes to fill', () => {
    const buckets = new TokenBuckets({ burst: 10, perSecond: 5 })
    let most = 0

    for (let number = 0; number < 100_000; number++) {
      buckets.take(`peer ${number}`, number)
      most = Math.max(most, buckets.size)
    }

    expect(most).toBeLessThanOrEqual(4_001)
  })
})
