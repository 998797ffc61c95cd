import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_LIFETIME, MIN_LIFETIME } from '../../../src/presence/record/index.ts'
import { HEARTBEAT_JITTER, heartbeatPace, LATEST_HEARTBEAT, MIN_BUDGET, MIN_INTERVAL, SHORTEST_HIDDEN_LIFETIME, SHORTEST_LIFETIME } from '../../../src/presence/roster/index.ts'

const usual = { recordCost: 2_000, budget: 5_000, isHidden: false }

describe('the pace of heartbeats', () => {
  it.each([
    [1, MIN_INTERVAL],
    [37, MIN_INTERVAL],
    [38, 15_200],
    [100, 40_000],
    [10_000, 4_000_000]
  ])('in a room of %i is one in %i ms, if a record costs 2 kB and 5 kB/s may be spent', (peers, interval) => {
    expect(heartbeatPace({ ...usual, peers }).interval).toBe(interval)
  })

  it('makes all heartbeats together cost no more than the budget, whatever the room, as long as a record lives twelve hours', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 100, max: 10_000 }), fc.integer({ min: MIN_BUDGET, max: 1_000_000 }), fc.boolean(), (peers, recordCost, budget, isHidden) => {
      const { interval, lifetime } = heartbeatPace({ peers, recordCost, budget, isHidden })
      const isLongest = lifetime === MAX_LIFETIME

      expect(isLongest || peers * recordCost / interval * 1_000 <= budget * (1 + 1e-9)).toBe(true)
      expect(interval).toBeGreaterThanOrEqual(MIN_INTERVAL)
      expect(Number.isInteger(lifetime)).toBe(true)
      expect(lifetime).toBeGreaterThanOrEqual(MIN_LIFETIME)
      expect(lifetime).toBeLessThanOrEqual(MAX_LIFETIME)
    }))
  })

  it('makes a record outlive two lost heartbeats, and be renewed in time', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), fc.boolean(), (peers, isHidden) => {
      const { interval, lifetime } = heartbeatPace({ ...usual, peers, isHidden })

      expect(lifetime).toBeGreaterThanOrEqual(Math.floor(3 * interval * (1 + HEARTBEAT_JITTER)) - 1)
      expect(interval * (1 + HEARTBEAT_JITTER)).toBeLessThanOrEqual(lifetime * LATEST_HEARTBEAT)
    }))
  })

  it('lets a record live through two heartbeats of a page whose timers run once a minute, and through three if it says that it is one', () => {
    expect(heartbeatPace({ ...usual, peers: 2 }).lifetime).toBe(SHORTEST_LIFETIME)
    expect(heartbeatPace({ ...usual, peers: 2, isHidden: true }).lifetime).toBe(SHORTEST_HIDDEN_LIFETIME)
    // due after 15 s and run at the next whole minute: at most 60 s apart, and 60 s more before each that is lost
    expect(SHORTEST_LIFETIME).toBeGreaterThan(2 * 60_000)
    expect(SHORTEST_HIDDEN_LIFETIME).toBeGreaterThan(3 * 60_000)
  })
})
