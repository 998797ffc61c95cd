import { RPC } from '@libp2p/gossipsub/message'
import { lpStream } from '@libp2p/utils'
import { describe, expect, it } from 'vitest'
import { heldBytes, megabytes } from '../../hostile/heap.ts'
import { allSeeAll, eventually, startNode, startRelay } from '../nodes.ts'
import { TOPIC } from '../record/records.ts'
import { startGossipNode } from '../room/gossip-nodes.ts'
import type { RelayNode } from '../nodes.ts'
import type { GossipNode } from '../room/gossip-nodes.ts'

const PREFIX = '/libp2p-invitation/presence/1.0.0/'

function madeUp (count: number, who: string = 'nobody'): string[] {
  return Array.from({ length: count }, (_, number) => `${PREFIX}${who} ${number}`)
}

async function connected (relay: RelayNode): Promise<GossipNode> {
  const node = await startGossipNode()

  await node.dial(relay.getMultiaddrs())
  await eventually(() => { expect(relay.services.pubsub.getPeers().some(peer => peer.equals(node.peerId))).toBe(true) })

  return node
}

/** How many of the topics gossipsub still has somebody for. */
function known (relay: RelayNode, topics: string[]): number {
  return topics.filter(topic => relay.services.pubsub.getSubscribers(topic).length > 0).length
}

describe('a peer that subscribes to all the world', { timeout: 120_000 }, () => {
  it('makes a relay follow a few of them only', async () => {
    const relay = await startRelay({ rooms: { roomsPerPeer: 20 } })
    const liar = await connected(relay)

    for (const topic of madeUp(200)) {
      liar.services.pubsub.subscribe(topic)
    }

    await eventually(() => { expect(known(relay, madeUp(200))).toBe(200) })
    expect(relay.services.rooms.topics).toBe(20)
    expect(relay.services.pubsub.getTopics()).toHaveLength(20)
  })

  it('is disconnected when they are more than anybody needs, and nothing of them is left', async () => {
    const relay = await startRelay()
    const liar = await connected(relay)
    const topics = madeUp(2_000)

    for (const topic of topics) {
      liar.services.pubsub.subscribe(topic)
    }

    await eventually(() => {
      expect(relay.getConnections(liar.peerId)).toEqual([])
      expect(known(relay, topics)).toBe(0)
    })
    expect(relay.services.rooms.topics).toBeLessThanOrEqual(130)
  })

  it('takes no memory with 100,000 of them in many messages, again and again', async () => {
    const relay = await startRelay()
    const topics = madeUp(100_000, 'x'.repeat(80))
    const rpcs = Array.from({ length: 20 }, (_, part) => RPC.encode({
      subscriptions: topics.slice(part * 5_000, (part + 1) * 5_000).map(topic => ({ subscribe: true, topic })),
      messages: []
    }))
    const before = await heldBytes()

    for (let round = 0; round < 3; round++) {
      const liar = await connected(relay)
      const [connection] = liar.getConnections(relay.peerId)
      const stream = await connection!.newStream('/meshsub/1.1.0')

      // it is cut off in the middle
      await lpStream(stream).writeV(rpcs).catch(() => {})
      await eventually(() => { expect(relay.getConnections(liar.peerId)).toEqual([]) })
      await liar.stop()
    }

    await eventually(() => { expect(known(relay, topics)).toBe(0) })

    const held = await heldBytes() - before

    console.log(`100,000 topics of 100 B, three times: ${megabytes(held)} held`)
    expect(held).toBeLessThan(16 * 2 ** 20)
    expect(relay.services.rooms.topics).toBeLessThanOrEqual(130)
  })

  it('does not keep a real room out, nor do many such peers', async () => {
    const relay = await startRelay({ rooms: { rooms: 40, roomsPerPeer: 20 } })
    const liars = await Promise.all(Array.from({ length: 4 }, async () => connected(relay)))

    for (const [number, liar] of liars.entries()) {
      for (const topic of madeUp(20, `liar ${number}`)) {
        liar.services.pubsub.subscribe(topic)
      }
    }

    await eventually(() => { expect(relay.services.rooms.topics).toBe(40) })

    const members = [await startNode(), await startNode()]

    for (const member of members) {
      await member.dial(relay.getMultiaddrs())
    }

    await allSeeAll(members)
    expect(relay.services.rooms.topics).toBe(40)
    expect(relay.services.pubsub.getTopics()).toContain(TOPIC)
  })

  it('does not have topics followed that can be of no room', async () => {
    const relay = await startRelay()
    const liar = await connected(relay)
    const good = [`${PREFIX}é`, `${PREFIX}${'x'.repeat(128)}`, `${PREFIX}s/${'0'.repeat(64)}`]

    for (const topic of ['', '/', PREFIX, `${PREFIX}${'x'.repeat(129)}`, `${PREFIX}${'é'.repeat(65)}`, '/other/presence/1.0.0/lobby', '/libp2p-invitation/presence/2.0.0/lobby', ...good]) {
      liar.services.pubsub.subscribe(topic)
    }

    await eventually(() => { expect(relay.services.rooms.topics).toBe(3) })
    expect(relay.services.pubsub.getTopics().toSorted()).toEqual(good.toSorted())
  })

  it('is not disconnected if it is itself a relay, and what it follows is not followed for it', async () => {
    const [one, two] = [await startRelay({ rooms: { roomsPerPeer: 250 } }), await startRelay({ rooms: { roomsPerPeer: 250 } })]

    for (const who of ['ann', 'bob']) {
      const client = await connected(one)

      for (const topic of madeUp(250, who)) {
        client.services.pubsub.subscribe(topic)
      }
    }

    await eventually(() => { expect(one.services.rooms.topics).toBe(500) })
    await one.dial(two.getMultiaddrs())
    await eventually(() => { expect(known(two, [...madeUp(250, 'ann'), ...madeUp(250, 'bob')])).toBe(500) })
    expect(two.getConnections(one.peerId)).not.toEqual([])
    expect(two.services.rooms.topics).toBe(0)

    // what its own clients want it follows
    const client = await connected(two)

    client.services.pubsub.subscribe(madeUp(1, 'ann')[0]!)
    await eventually(() => { expect(two.services.rooms.topics).toBe(1) })
  })
})
