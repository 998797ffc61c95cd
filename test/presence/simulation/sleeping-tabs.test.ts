import { describe, expect, it } from 'vitest'
import { liveThroughHours } from './lives.ts'
import { quantile } from './observations.ts'
import type { ModelNetwork } from './model-network.ts'
import type { EventKind, Observations } from './observations.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

function peerHours (networks: readonly ModelNetwork[]): number {
  return networks.flatMap(({ peers }) => peers).reduce((sum, { upTime }) => sum + upTime, 0) / HOUR
}

/** The time, seconds, within which 99 of 100 took notice. */
function p99 (observations: Observations, kind: EventKind): number {
  return quantile(observations.delays(kind), 0.99) / SECOND
}

describe('peers that sleep, hide, and lose their network', () => {
  it('are taken for gone, though they are there, at most once in 1,000 peer-hours', { timeout: 900_000 }, () => {
    const { network, observations } = liveThroughHours({
      seed: 1,
      peers: 60,
      hours: 38,
      // a third are hidden pages, half can be dialled, the clock of half of them stands while they sleep
      nature: number => ({ isHidden: number % 3 === 0, isDialable: number % 2 === 0, clockStops: number % 4 < 2 }),
      life: number => ({ cutOff: 20 * MINUTE, linkBreak: 20 * MINUTE, crash: 6 * HOUR, ...(number % 3 === 1 ? { sleep: 4 * HOUR } : {}) })
    })
    const hours = peerHours([network])
    const { falselyGone, agreement: { pairs, missing, ghosts } } = observations

    console.log(`${falselyGone.length} times falsely gone in ${hours.toFixed(0)} peer-hours; killed: gone within ${p99(observations, 'crash').toFixed(1)} s (p99 of ${observations.delays('crash').length}),` +
      ` hidden pages notice within ${p99(observations, 'crash, for a hidden page').toFixed(1)} s; without power within ${p99(observations, 'power failure').toFixed(1)} s; of ${pairs} pairs that were looked at ${missing} did not know each other, ${ghosts} had long been gone`)

    expect(hours).toBeGreaterThanOrEqual(2_000)
    expect(falselyGone.length / hours).toBeLessThanOrEqual(1 / 1_000)
    expect(p99(observations, 'crash')).toBeLessThanOrEqual(30)
    expect(missing / pairs).toBeLessThanOrEqual(1e-4)
    expect(ghosts / pairs).toBeLessThanOrEqual(1e-4)
  })

  it('are so as seldom in rooms of two to five hidden pages, where there is next to nothing that wakes them', { timeout: 900_000 }, () => {
    const rooms = [2, 3, 4, 5].flatMap(peers => [1, 2, 3, 4, 5, 6].map(seed => liveThroughHours({
      seed: 10 * peers + seed,
      peers,
      hours: 13,
      nature: number => ({ isHidden: true, clockStops: number % 2 === 0 }),
      life: () => ({ cutOff: 30 * MINUTE, linkBreak: 30 * MINUTE, crash: 12 * HOUR })
    })))
    const hours = peerHours(rooms.map(({ network }) => network))
    const falselyGone = rooms.flatMap(({ observations }) => observations.falselyGone)

    console.log(`${falselyGone.length} times falsely gone in ${hours.toFixed(0)} peer-hours of small rooms of hidden pages`)

    expect(hours).toBeGreaterThanOrEqual(1_000)
    expect(falselyGone.length / hours).toBeLessThanOrEqual(1 / 1_000)
  })
})
