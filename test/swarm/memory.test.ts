import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gossipsubPreset, presence } from '../../src/presence/index.ts'
import { Swarm } from './swarm.ts'
import { BUDGET, LONG, reasonsOf } from './expectations.ts'
import { verifyOnce } from './verified-once.ts'

// One swarm for all: to build it takes longer than everything else.
describe('200 peers in one process', LONG, () => {
  const swarm = new Swarm({ transport: 'memory', gossipsub: gossipsubPreset(), presence: presence({ budget: BUDGET }), dials: 2, seed: 1 })

  beforeAll(async () => {
    await verifyOnce()

    const { stackTraceLimit } = Error

    // libp2p throws errors by the thousand that nobody reads, and to trace each takes a tenth of all the time
    Error.stackTraceLimit = 0

    try {
      await swarm.grow(200)
    } finally {
      Error.stackTraceLimit = stackTraceLimit
    }
  }, LONG.timeout)
  afterAll(async () => { await swarm.end() })

  it('all see each other, though each knows but a few', () => {
    const { nodes } = swarm
    const everybody = nodes.map(({ id }) => id).toSorted()

    expect(nodes).toHaveLength(200)
    expect(nodes.filter(({ neighbours }) => neighbours.length > 40)).toEqual([])

    for (const { id, roster } of nodes) {
      expect([...roster, id].toSorted()).toEqual(everybody)
    }
  })

  it('a newcomer sees all, and is seen by all', async () => {
    const newcomer = await swarm.add()

    await swarm.allSeeAll()
    expect(newcomer.roster).toHaveLength(200)
    expect(swarm.nodes.filter(({ roster }) => roster.includes(newcomer.id))).toHaveLength(200)
  })

  it('a goodbye is heard by all', async () => {
    const leaver = swarm.any()

    await swarm.stop(leaver)
    await swarm.noneSee(leaver)
    expect(reasonsOf(swarm, leaver)).toEqual({ left: 200 })
  })

  it('one that was cut off without a word is gone for all', async () => {
    const killed = swarm.any()

    swarm.kill(killed)
    await swarm.noneSee(killed)
    expect(reasonsOf(swarm, killed)).toEqual({ lost: 199 })
  })

  it('nobody was ever taken to be gone, or come a second time, who was there all along', async () => {
    await swarm.allSeeAll()
    expect(swarm.sightings.mistaken).toEqual([])
  })
})
