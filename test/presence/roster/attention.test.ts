import { beforeEach, describe, expect, it } from 'vitest'
import { OUTAGE_PATIENCE, RECOVERY_TIME } from '../../../src/presence/roster/index.ts'
import { Attention } from '../../../src/presence/roster/attention.ts'

describe('a peer that may have missed something', () => {
  let attention: Attention

  beforeEach(() => {
    attention = new Attention()
    attention.start()
  })

  it('is not one before it ever met anybody, and not when it meets the first', () => {
    expect(attention.neighbours(0, 10)).toBe(undefined)
    expect(attention.neighbours(2, 20)).toBe('met')
    expect(attention.mayHaveMissed(0, 20)).toBe(false)
    expect(attention.believesFrom).toBeLessThanOrEqual(20)
  })

  it('is one as long as it has no neighbour, and believes silence only after two minutes of that', () => {
    attention.neighbours(1, 0)

    expect(attention.neighbours(0, 1_000)).toBe('cut off')
    expect(attention.neighbours(0, 2_000)).toBe(undefined)
    expect(attention.mayHaveMissed(2_000, 50_000)).toBe(true)
    expect(attention.believesFrom).toBe(1_000 + OUTAGE_PATIENCE)
  })

  it('recovers for half a minute once it is back, of all that it heard before', () => {
    attention.neighbours(1, 0)
    attention.neighbours(0, 1_000)

    expect(attention.neighbours(3, 11_000)).toBe('returned')
    expect(attention.isRecovering(11_000 + RECOVERY_TIME - 1)).toBe(true)
    expect(attention.mayHaveMissed(10_999, 12_000)).toBe(true)
    expect(attention.mayHaveMissed(11_000, 12_000)).toBe(false)
    expect(attention.believesFrom).toBe(11_000 + RECOVERY_TIME)
    expect(attention.isRecovering(11_000 + RECOVERY_TIME)).toBe(false)
    expect(attention.mayHaveMissed(10_999, 11_000 + RECOVERY_TIME)).toBe(false)
  })

  it('recovers from sleep in the same way', () => {
    attention.neighbours(1, 0)
    attention.slept(3_600_000)

    expect(attention.mayHaveMissed(5, 3_600_001)).toBe(true)
    expect(attention.believesFrom).toBe(3_600_000 + RECOVERY_TIME)
  })

  it('that slept while it was cut off has its two minutes again', () => {
    attention.neighbours(1, 0)
    attention.neighbours(0, 1_000)
    attention.slept(3_600_000)

    expect(attention.believesFrom).toBe(3_600_000 + OUTAGE_PATIENCE)
  })

  it('recovers for longer while nobody tells it what it missed, but not for ever', () => {
    attention.neighbours(1, 0)
    attention.slept(100_000)
    attention.untold(120_000)

    expect(attention.believesFrom).toBe(120_000 + RECOVERY_TIME)

    for (let now = 121_000; now < 1_000_000; now += 1_000) {
      attention.untold(now)
    }

    expect(attention.believesFrom).toBe(100_000 + OUTAGE_PATIENCE)
  })

  it('is not one because somebody did not answer while it was well', () => {
    attention.neighbours(1, 0)
    attention.untold(1_000)

    expect(attention.isRecovering(1_001)).toBe(false)
  })

  it('is as new after a start', () => {
    attention.neighbours(1, 0)
    attention.neighbours(0, 1_000)
    attention.start()

    expect(attention.neighbours(1, 2_000)).toBe('met')
    expect(attention.mayHaveMissed(500, 2_000)).toBe(false)
  })
})
