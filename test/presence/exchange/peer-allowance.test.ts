import { describe, expect, it } from 'vitest'
import { PeerAllowance } from '../../../src/presence/exchange/peer-allowance.ts'

describe('what a peer may do', () => {
  it.each([
    ['questions', 2_000],
    ['refusals', 1_000],
    ['handoversHeard', 500],
    ['handoversSaid', 1_000]
  ] as const)('is whole again when the %s that were used have come back', (name, ms) => {
    const allowance = new PeerAllowance(0)

    expect(allowance.isWhole(0)).toBe(true)
    allowance[name].take(0)
    expect(allowance.isWhole(ms - 1)).toBe(false)
    expect(allowance.isWhole(ms)).toBe(true)
  })
})
