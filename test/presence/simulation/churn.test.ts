import { describe, expect, it } from 'vitest'
import { heldBytes, megabytes } from '../../hostile/heap.ts'
import { ModelNetwork } from './model-network.ts'
import { Observations, quantile } from './observations.ts'
import type { EventKind } from './observations.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

const PEERS = 100
const MINUTES = 10

/** A fifth of them goes each minute, and as many come. */
const COMES_AND_GOES_EVERY = MINUTE / (PEERS / 5)

describe('a room in which a fifth comes and goes each minute', () => {
  it('is known to everybody in it, soon, and leaves nothing behind', { timeout: 120_000 }, async () => {
    const network = new ModelNetwork({ seed: 7, costs: { record: 2_300, suspicion: 1_200, recordBytes: 400 }, budget: 5_000 })
    const { chance, time } = network
    const before = await heldBytes()

    for (let number = 0; number < PEERS; number++) {
      network.start(network.add({ isDialable: number % 2 === 0 }))
    }

    // all are there before anybody goes
    time.runUntil(MINUTE)

    const observations = new Observations(network)

    for (let round = 0; round < MINUTES * MINUTE / COMES_AND_GOES_EVERY; round++) {
      time.at(MINUTE + round * COMES_AND_GOES_EVERY, () => {
        const peer = chance.pick(network.running)

        if (peer == null) {
          return
        }

        if (round % 2 === 0) {
          network.leave(peer)
        } else {
          network.crash(peer)
        }

        time.after(chance.between(5 * SECOND, 40 * SECOND), () => { network.start(peer) })
      })
    }

    time.runUntil((MINUTES + 1) * MINUTE)
    // whoever went comes back, and whatever is suspected is decided
    time.runUntil((MINUTES + 3) * MINUTE)
    observations.census()
    observations.finish(MINUTE)

    const during = await heldBytes() - before
    const seconds = (kind: EventKind): number => quantile(observations.delays(kind), 0.99) / SECOND
    const kinds: EventKind[] = ['join', 'newcomer', 'goodbye', 'crash']

    console.log(kinds.map(kind => `${kind} p99 ${seconds(kind).toFixed(2)} s of ${observations.delays(kind).length}`).join(', '))
    console.log(`${observations.falselyGone.length} falsely gone`)

    expect(network.running.length).toBe(PEERS)
    expect(observations.agreement).toMatchObject({ missing: 0, ghosts: 0 })
    expect(network.running.map(peer => peer.membership.roster.size)).toEqual(Array.from({ length: PEERS }, () => PEERS - 1))
    expect(network.running.every(peer => peer.membership.roster.remembered === PEERS - 1)).toBe(true)
    expect(Math.max(seconds('join'), seconds('newcomer'), seconds('goodbye'))).toBeLessThanOrEqual(2)
    expect(seconds('crash')).toBeLessThanOrEqual(30)
    expect(observations.falselyGone).toEqual([])

    // everybody goes: what is left are marks, and nothing that is to be done
    for (const peer of network.running) {
      network.leave(peer)
    }

    time.runUntil((MINUTES + 5) * MINUTE)

    expect(network.peers.every(peer => peer.membership.roster.size === 0 && peer.membership.due(peer.at) === Infinity)).toBe(true)
    expect(time.pending).toBe(0)

    const after = await heldBytes() - before

    console.log(`heap ${megabytes(during)} with ${PEERS} rosters of ${PEERS}, ${megabytes(after)} with the marks that are left of them`)
    expect(after).toBeLessThan(during)
  })
})
