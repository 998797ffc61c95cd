import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gossipsubPreset, presence } from '../../src/presence/index.ts'
import { BUDGET, LONG, reasonsOf } from './expectations.ts'
import { LonePeer } from './lone-peer.ts'
import { Swarm } from './swarm.ts'
import { until } from './until.ts'
import type { SwarmNode } from './swarm-node.ts'
import type { GossipsubOpts } from '@libp2p/gossipsub'

const PEERS = 60

/** As tabs know a few relays: everybody dials three of the first six, so that these have some thirty neighbours on one address. */
const ENTRIES = 6
const DIALS = 3

const swarmWith = (gossipsub: Partial<GossipsubOpts>): Swarm =>
  new Swarm({ transport: 'websockets', gossipsub, presence: presence({ budget: BUDGET }), dials: DIALS, entries: ENTRIES, seed: 2 })

/** Waits until so many more heartbeats of gossip have passed at each: each offers again what others may have missed. */
async function gossipHeartbeats (nodes: SwarmNode[], count: number): Promise<void> {
  await Promise.all(nodes.map(async ({ libp2p: { services: { pubsub } } }) => {
    for (let left = count; left > 0; left--) {
      await new Promise<void>(resolve => { pubsub.addEventListener('gossipsub:heartbeat', () => { resolve() }, { once: true }) })
    }
  }))
}

/** Those who see that a peer is busy. */
const whoSeesBusy = (nodes: SwarmNode[], { libp2p: { peerId } }: SwarmNode): SwarmNode[] =>
  nodes.filter(node => node.presence.get(peerId)?.status === 'busy')

// One swarm for all: to build it takes longer than everything else.
describe(`${PEERS} peers over websockets on one address`, LONG, () => {
  const swarm = swarmWith(gossipsubPreset())

  beforeAll(async () => { await swarm.grow(PEERS) }, LONG.timeout)
  afterAll(async () => { await swarm.end() })

  it('all see each other, though most know but a few', () => {
    const { nodes } = swarm
    const everybody = nodes.map(({ id }) => id).toSorted()

    // three, and on a busy machine those of whom they heard nothing for so long that they looked for them
    expect(nodes.filter(({ neighbours }) => neighbours.length > PEERS / 2).length).toBeLessThanOrEqual(ENTRIES)

    for (const { id, roster } of nodes) {
      expect([...roster, id].toSorted()).toEqual(everybody)
    }
  })

  it('a newcomer sees all, and is seen by all', async () => {
    const newcomer = await swarm.add()

    await swarm.allSeeAll()
    expect(newcomer.roster).toHaveLength(PEERS)
    expect(swarm.nodes.filter(({ roster }) => roster.includes(newcomer.id))).toHaveLength(PEERS)
  })

  it('a goodbye is heard by all', async () => {
    const leaver = swarm.any()

    await swarm.stop(leaver)
    await swarm.noneSee(leaver)
    expect(reasonsOf(swarm, leaver)).toEqual({ left: PEERS })
  })

  it('one whose process is killed is gone for all', async () => {
    const peer = await LonePeer.start(swarm.addressesToDial())

    await swarm.allSee(peer)
    await peer.kill()
    await swarm.noneSee(peer)
    expect(reasonsOf(swarm, peer)).toEqual({ lost: PEERS })
  })

  it('see nothing of each other without the preset: gossip takes many on one address for one attacker', async () => {
    const { scoreParams, ...others } = gossipsubPreset()
    const bare = swarmWith(others)

    try {
      await bare.grow(PEERS, async () => {})

      const [subject, control] = [bare.nodes.at(-1)!, swarm.nodes.at(-1)!]

      subject.presence.setStatus('busy')
      control.presence.setStatus('busy')
      await until(() => whoSeesBusy(swarm.nodes, control).length === PEERS - 1, () => 'not all see the change with the preset either')
      await gossipHeartbeats(bare.nodes, 5)

      expect(scoreParams).toEqual({ IPColocationFactorWeight: 0 })
      expect(whoSeesBusy(bare.nodes, subject)).toEqual([])
      expect(bare.nodes.filter(({ roster }) => roster.length === PEERS - 1)).toEqual([])
    } finally {
      await bare.end()
    }
  })

  it('nobody was ever taken to be gone, or come a second time, who was there all along', async () => {
    await swarm.allSeeAll()
    expect(swarm.sightings.mistaken).toEqual([])
  })
})
