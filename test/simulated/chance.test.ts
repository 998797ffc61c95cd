import { describe, expect, it } from 'vitest'
import { Chance } from '../../src/swarm/chance.ts'

const lots = (chance: Chance): number[] => Array.from({ length: 10_000 }, () => chance.random())

describe('chance', () => {
  it('draws the same lots from the same seed, and others from another', () => {
    expect(lots(new Chance('1'))).toEqual(lots(new Chance('1')))
    expect(lots(new Chance('1'))).not.toEqual(lots(new Chance('2')))
  })

  it('draws evenly, from 0 up to, not including, 1', () => {
    const tenths = Array.from({ length: 10 }, () => 0)

    for (const lot of lots(new Chance('1'))) {
      tenths[Math.floor(lot * 10)]!++
    }

    expect(tenths).toHaveLength(10)
    // 1,000 each, give or take four standard deviations
    expect(Math.min(...tenths)).toBeGreaterThan(880)
    expect(Math.max(...tenths)).toBeLessThan(1_120)
  })

  it('gives everybody lots of their own, whatever others have drawn', () => {
    const chance = new Chance('1')
    const first = lots(chance.of('ada'))

    lots(chance)

    expect(lots(chance.of('ada'))).toEqual(first)
    expect(lots(chance.of('ben'))).not.toEqual(first)
  })

  it('fills as many bytes as it is asked for', () => {
    const bytes = new Chance('1').bytes(4_096)

    expect(bytes).toHaveLength(4_096)
    expect(new Set(bytes).size).toBe(256)
  })
})
