import { describe, expect, it } from 'vitest'
import { milliseconds } from '../../src/swarm/duration.ts'
import type { Duration } from '../../src/swarm/index.ts'

describe('a duration', () => {
  it.each<[Duration, number]>([[0, 0], [1_500, 1_500], ['0 ms', 0], ['500 ms', 500], ['90 s', 90_000], ['0.25 s', 250], ['2 min', 120_000], ['1 h', 3_600_000]])('of %s has %s ms', (duration, ms) => {
    expect(milliseconds(duration, 'duration')).toBe(ms)
  })

  it.each([-1, Infinity, Number.NaN, '', '5', '5 m', '-5 s', 's', '5 s 5 ms'])('is not %s', (duration) => {
    expect(() => milliseconds(duration as Duration, 'within')).toThrow(expect.objectContaining({ name: 'InvalidArgumentError', message: expect.stringContaining('within') }))
  })
})
