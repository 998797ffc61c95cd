import { describe, expect, it } from 'vitest'
import { fullRoom } from './room.ts'
import { roomCost } from './room-cost.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const BUDGET = 5_000

/** As measured on real nodes with the lean preset; the benchmark calibrates it anew. */
const RECORD_COST = 2_300

describe('what a room costs each of its peers', () => {
  it.each([25, 50, 100, 200])('stays within the budget in a room of %i, everything counted', { timeout: 60_000 }, (peers) => {
    const { network } = fullRoom(peers, { seed: peers, costs: { record: RECORD_COST, suspicion: 1_200, recordBytes: 400 }, budget: BUDGET })

    network.time.runUntil(5 * MINUTE)

    for (const peer of network.peers) {
      Object.assign(peer.received, { records: 0, suspicions: 0, pages: 0 })
    }

    network.time.runUntil(15 * MINUTE)

    const perSecond = network.peers.map(peer => peer.receivedBytes / (10 * MINUTE / SECOND)).toSorted((a, b) => a - b)
    const mean = perSecond.reduce((sum, bytes) => sum + bytes, 0) / peers

    console.log(`${peers} peers: ${mean.toFixed(0)} B/s received on average, ${perSecond.at(-1)?.toFixed(0)} at most, of ${BUDGET}`)
    expect(perSecond.at(-1)).toBeLessThanOrEqual(1.1 * BUDGET)
  })

  it.each([200, 1_000, 10_000])('stays within the budget in a room of %i, of whom five have a roster and the rest speaks', { timeout: 60_000 }, (peers) => {
    const { interval, heartbeats, comparisons, share, filling, emptying, entering, leaving } = roomCost({ peers, recordCost: RECORD_COST, budget: BUDGET, sample: 5 })

    console.log(`${peers} peers, one heartbeat in ${(interval / SECOND).toFixed(0)} s: ${heartbeats.toFixed(0)} B/s of heartbeats and ${comparisons.toFixed(0)} B/s of comparisons,` +
      ` ${(100 * share).toFixed(0)} % of the budget. Heartbeats in the worst minute and ten minutes, in B/s: ${filling.minute.toFixed(0)} and ${filling.tenMinutes.toFixed(0)} while it fills,` +
      ` ${emptying.minute.toFixed(0)} and ${emptying.tenMinutes.toFixed(0)} while it empties. Who enters costs ${entering.toFixed(0)} B, who leaves ${leaving} B`)
    expect(share).toBeLessThanOrEqual(1.1)
    expect(filling.tenMinutes).toBeLessThanOrEqual(1.1 * BUDGET)
    expect(emptying.tenMinutes).toBeLessThanOrEqual(1.1 * BUDGET)
    expect(Math.max(filling.minute, emptying.minute)).toBeLessThanOrEqual(2 * BUDGET)
  })
})
