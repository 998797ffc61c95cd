import { describe, expect, it } from 'vitest'
import { SEALED_AUTHOR_RATE } from '../../../src/presence/following/constants.ts'
import { MAX_GOSSIP_BYTES } from '../../../src/presence/record/index.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { eventually, others, roster, startNode, startRelay, stopNode } from '../nodes.ts'
import { startGossipNode } from '../room/gossip-nodes.ts'
import type { Environment } from '../../../src/environment/index.ts'
import type { Node, RelayNode } from '../nodes.ts'
import type { GossipsubMessage } from '@libp2p/gossipsub'

const SECRET = 'correct horse battery staple'

/** A room with a secret has one topic then, and not two. */
const NOON = Date.UTC(2026, 0, 1, 12)

/** Members of a room with a secret that are connected to a relay and to nobody else. */
async function members (relay: RelayNode, count: number, environment: Environment): Promise<Node[]> {
  return Promise.all(Array.from({ length: count }, async () => {
    const node = await startNode({ environment, presence: { rooms: [{ name: 'board', secret: SECRET }] } })

    await node.dial(relay.getMultiaddrs())

    return node
  }))
}

describe('a relay between members of a room with a secret', { timeout: 120_000 }, () => {
  it('lets them see each other, and cannot read what they say', async () => {
    const environment = new HandMovedEnvironment(1, NOON)
    const relay = await startRelay({ environment })
    const said: Uint8Array[] = []

    relay.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }: CustomEvent<GossipsubMessage>) => { said.push(msg.data) })

    const nodes = await members(relay, 3, environment)

    nodes[0]!.services.presence.setData(new TextEncoder().encode('a name of mine'))
    await eventually(() => {
      environment.advance(50)

      for (const node of nodes) {
        expect(roster(node)).toEqual(others(nodes, node))
      }
    })
    expect(relay.services.rooms.topics).toBe(1)
    expect(said.length).toBeGreaterThan(0)
    expect(said.some(bytes => new TextDecoder('latin1').decode(bytes).includes('a name of mine'))).toBe(false)
    expect(relay.services.pubsub.getTopics()[0]).not.toContain('board')
  })

  it('cannot tell a newcomer who is there: one member greets it, and tells it of all the others', async () => {
    const environment = new HandMovedEnvironment(1, NOON)
    const relay = await startRelay({ environment })
    const nodes = await members(relay, 8, environment)

    await eventually(() => {
      environment.advance(50)

      for (const node of nodes) {
        expect(roster(node)).toEqual(others(nodes, node))
      }
    })

    const authors: string[] = []

    relay.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }: CustomEvent<GossipsubMessage>) => {
      if (msg.type === 'signed') {
        authors.push(msg.from.toString())
      }
    })

    // each says its first record twice, and is heard; then it is some time until the heartbeats
    await eventually(() => {
      environment.advance(50)
      expect(new Set(authors).size).toBe(8)
    })
    environment.advance(6_000)
    authors.length = 0

    const start = environment.now()
    const [newcomer] = await members(relay, 1, environment)

    await eventually(() => {
      environment.advance(5)
      expect(roster(newcomer!)).toEqual(others([...nodes, newcomer!], newcomer!))
    })

    const greeters = new Set(authors.filter(author => author !== newcomer!.peerId.toString()))

    console.log(`a newcomer to a room of 8 with a secret knew all after ${environment.now() - start} ms, greeted by ${greeters.size}`)
    // it heard of a few, and the rest was told to it
    expect(greeters.size).toBeLessThan(8)
    expect(environment.now() - start).toBeLessThan(15_000)

    // one after the other: time that all of them let pass at once flies, and streams are opened on connections that are gone
    for (const node of [newcomer!, ...nodes]) {
      await stopNode(node)
    }
  })

  it('forwards no more than a member says, and nothing that is too large', async () => {
    const environment = new HandMovedEnvironment(1, NOON)
    const relay = await startRelay({ environment })
    const [member] = await members(relay, 1, environment)
    const liar = await startGossipNode()

    await eventually(() => { expect(relay.services.pubsub.getTopics()).toHaveLength(1) })

    const [topic] = relay.services.pubsub.getTopics() as [string]
    const verdicts: string[] = []
    const validate = relay.services.pubsub.topicValidators.get(topic)!

    relay.services.pubsub.topicValidators.set(topic, async (source, message) => {
      const verdict = await validate(source, message)

      if (message.type === 'signed' && message.from.equals(liar.peerId)) {
        verdicts.push(`${verdict} ${message.data.byteLength}`)
      }

      return verdict
    })
    await liar.dial(relay.getMultiaddrs())
    liar.services.pubsub.subscribe(topic)
    await eventually(() => { expect(liar.services.pubsub.getSubscribers(topic)).toHaveLength(1) })

    async function publish (...sizes: number[]): Promise<void> {
      verdicts.length = 0

      for (const bytes of sizes) {
        await liar.services.pubsub.publish(topic, crypto.getRandomValues(new Uint8Array(bytes)))
      }

      await eventually(() => { expect(verdicts).toHaveLength(sizes.length) })
    }

    // time stands still for the relay
    await publish(10, MAX_GOSSIP_BYTES + 1, ...Array.from({ length: 100 }, () => 300))
    expect(verdicts.filter(verdict => verdict.startsWith('accept'))).toEqual(Array.from({ length: SEALED_AUTHOR_RATE.burst }, () => 'accept 300'))
    environment.advance(1_000)
    await publish(MAX_GOSSIP_BYTES)
    expect(verdicts).toEqual([`accept ${MAX_GOSSIP_BYTES}`])
    // the room goes on
    member!.services.presence.setStatus('busy')

    const [other] = await members(relay, 1, environment)

    await eventually(() => {
      environment.advance(50)
      expect(other!.services.presence.get(member!.peerId)?.status).toBe('busy')
    })
  })
})
