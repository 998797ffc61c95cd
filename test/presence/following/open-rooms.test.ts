import { describe, expect, it } from 'vitest'
import { InvalidArgumentError } from '../../../src/errors/index.ts'
import { GRACE } from '../../../src/presence/following/constants.ts'
import { gossipsubPreset } from '../../../src/presence/index.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { allSeeAll, eventually, kill, others, roster, startNode, startRelay, stopNode } from '../nodes.ts'
import { TOPIC } from '../record/records.ts'
import type { Node, NodeOptions, RelayNode } from '../nodes.ts'
import type { PeerDeparture } from '../../../src/presence/index.ts'
import type { GossipsubMessage } from '@libp2p/gossipsub'
import type { Startable } from '@libp2p/interface'
import type { TransportManager } from '@libp2p/interface-internal'

/** gossipsub hands on what was said in the last tenth of a second, and not in the last five. */
const FORGETFUL = gossipsubPreset({ heartbeatInterval: 50, mcacheLength: 2, mcacheGossip: 2 })

/** Members that are connected to a relay and to nobody else. */
async function leaves (relay: RelayNode, ...options: NodeOptions[]): Promise<Node[]> {
  const nodes = await Promise.all(options.map(async option => startNode(option)))

  for (const node of nodes) {
    await node.dial(relay.getMultiaddrs())
  }

  return nodes
}

function departuresOf (node: Node): string[] {
  const departures: string[] = []

  node.services.presence.addEventListener('peer:offline', ({ detail }: CustomEvent<PeerDeparture>) => { departures.push(detail.reason) })

  return departures
}

/** Nobody can listen for websockets in a browser. */
const TRANSPORTS: Array<'memory' | 'websockets'> = 'window' in globalThis ? ['memory'] : ['memory', 'websockets']

describe('a relay between peers that are connected to nothing else', { timeout: 120_000 }, () => {
  it.each(TRANSPORTS)('lets them see each other, and is on nobody’s roster (%s)', async (transport) => {
    const relay = await startRelay({ transport })
    const nodes = await leaves(relay, { transport }, { transport }, { transport })

    await allSeeAll(nodes)
    nodes[0]!.services.presence.setStatus('busy')
    await eventually(() => { expect(nodes[2]!.services.presence.get(nodes[0]!.peerId)?.status).toBe('busy') })
    expect(roster(nodes[1]!)).toEqual(others(nodes, nodes[1]!))
    expect(relay.services.rooms.topics).toBe(1)
    expect(relay.getPeers()).toHaveLength(3)
  })

  it('is what makes them see each other: one that follows nothing does not', async () => {
    const [plain, relay] = [await startNode({ presence: { rooms: [] } }), await startRelay()]
    const [a, b] = [await startNode(), await startNode()]

    await a.dial(plain.getMultiaddrs())
    await b.dial(plain.getMultiaddrs())
    await eventually(() => { expect(plain.services.pubsub.getSubscribers(TOPIC)).toHaveLength(2) })
    // a further member proves that it is said, and not heard
    await a.dial(relay.getMultiaddrs())

    const [c] = await leaves(relay, {})

    await allSeeAll([a, c!])
    await b.dial(relay.getMultiaddrs())
    await allSeeAll([a, b, c!])
  })

  it('gives a newcomer the whole roster, although the members say nothing', async () => {
    const environment = new HandMovedEnvironment()
    const relay = await startRelay({ environment, gossipsub: FORGETFUL })
    const nodes = await leaves(relay, ...Array.from({ length: 6 }, () => ({ environment, gossipsub: FORGETFUL })))

    await allSeeAll(nodes, environment)

    let heartbeats = 0

    relay.services.pubsub.addEventListener('gossipsub:heartbeat', () => { heartbeats++ })
    await eventually(() => { expect(heartbeats).toBeGreaterThan(20) })

    let said = 0

    nodes[0]!.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }: CustomEvent<GossipsubMessage>) => {
      said += msg.type === 'signed' && nodes.some(({ peerId }) => msg.from.equals(peerId)) ? 1 : 0
    })

    const [newcomer] = await leaves(relay, { environment })

    await eventually(() => { expect(roster(newcomer!)).toEqual(others([...nodes, newcomer!], newcomer!)) })
    expect(said).toBe(0)
  })

  it('passes on the goodbye of one that stops', async () => {
    const relay = await startRelay()
    const nodes = await leaves(relay, {}, {}, {})

    await allSeeAll(nodes)

    const departures = departuresOf(nodes[1]!)

    await stopNode(nodes[0]!)
    await eventually(() => { expect(departures).toEqual(['left']) })
  })

  it('publishes the goodbye of a page that can only hand it over', async () => {
    const relay = await startRelay()
    const page = { window: new EventTarget(), document: Object.assign(new EventTarget(), { visibilityState: 'visible' }) }
    const nodes = await leaves(relay, { page }, {})

    await allSeeAll(nodes)

    const departures = departuresOf(nodes[1]!)

    page.window.dispatchEvent(new Event('pagehide'))
    await eventually(() => { expect(departures).toEqual(['left']) })
  })

  it('misses one that was killed as soon as a member would', async () => {
    const environment = new HandMovedEnvironment()
    const relay = await startRelay({ environment })
    const nodes = await leaves(relay, { environment }, { environment }, { environment })

    await allSeeAll(nodes, environment)

    const departures = nodes.slice(1).map(departuresOf)

    await kill(nodes[0]!)
    await eventually(() => {
      environment.advance(50)
      expect(nodes.slice(1).map(node => node.services.presence.query([nodes[0]!.peerId])[0]?.level)).toEqual(['stale', 'stale'])
    })
    environment.advance(19_000)
    expect(departures).toEqual([[], []])
    environment.advance(2_000)
    expect(departures).toEqual([['lost'], ['lost']])
  })

  it('does not take one for lost that answers', async () => {
    const environment = new HandMovedEnvironment()
    const relay = await startRelay({ environment })
    const nodes = await leaves(relay, { environment }, { environment }, { environment })
    const [a, b, c] = nodes as [Node, Node, Node]

    await allSeeAll(nodes, environment)
    await a.dial(c.getMultiaddrs())
    await eventually(() => { expect(c.services.pubsub.getSubscribers(TOPIC)).toHaveLength(2) })

    const departures = departuresOf(b)
    const levels: string[] = []
    const controller = new AbortController()
    const watching = (async () => {
      for await (const { level } of b.services.presence.watch([a.peerId], { signal: controller.signal })) {
        if (level !== levels.at(-1)) {
          levels.push(level)
        }
      }
    })()

    watching.catch(() => {})
    // nobody can dial it any more, and it hears what is said of it by way of another member
    await (a.transportManager as TransportManager & Startable).stop?.()
    await eventually(() => {
      environment.advance(50)
      expect(b.services.presence.get(a.peerId)?.multiaddrs).toEqual([])
    })
    await a.hangUp(relay.peerId)
    await eventually(() => {
      environment.advance(50)
      expect(levels).toEqual(['announced', 'stale', 'announced'])
    })
    controller.abort()
    environment.advance(25_000)
    expect(departures).toEqual([])
  })
})

describe('two relays that are connected', { timeout: 120_000 }, () => {
  it('let the clients of both see each other, and miss one that was killed', async () => {
    const environment = new HandMovedEnvironment()
    const [one, two] = [await startRelay({ environment }), await startRelay({ environment })]

    await one.dial(two.getMultiaddrs())

    const nodes = [...await leaves(one, { environment }, { environment }), ...await leaves(two, { environment })]

    await allSeeAll(nodes, environment)

    const departures = departuresOf(nodes[2]!)

    await kill(nodes[0]!)
    await eventually(() => {
      environment.advance(50)
      expect(nodes.slice(1).map(node => node.services.presence.query([nodes[0]!.peerId])[0]?.level)).toEqual(['stale', 'stale'])
    })
    environment.advance(21_000)
    expect(departures).toEqual(['lost'])
  })

  it('follow for their clients and not for each other, so that both leave when those are gone', async () => {
    const environment = new HandMovedEnvironment()
    const [one, two] = [await startRelay({ environment }), await startRelay({ environment })]

    await one.dial(two.getMultiaddrs())

    const [leaf] = await leaves(one, { environment })

    await eventually(() => { expect(two.services.pubsub.getSubscribers(TOPIC)).toHaveLength(1) })
    expect([one, two].map(({ services: { rooms } }) => rooms.topics)).toEqual([1, 0])
    await stopNode(leaf!, environment)
    await eventually(() => { expect(one.services.pubsub.getSubscribers(TOPIC)).toEqual([]) })
    await eventually(() => {
      environment.advance(GRACE / 10)
      expect([one, two].map(({ services: { rooms } }) => rooms.topics)).toEqual([0, 0])
    })
    expect(one.services.pubsub.getTopics()).toEqual([])
    expect(one.services.pubsub.topicValidators.size).toBe(0)
  })
})

describe('following rooms', { timeout: 120_000 }, () => {
  it('begins again after a stop, with nothing left of before', async () => {
    const environment = new HandMovedEnvironment()
    const relay = await startRelay({ environment })
    const [a] = await leaves(relay, {})

    await eventually(() => { expect(relay.services.rooms.topics).toBe(1) })
    await stopNode(relay)
    expect(relay.services.rooms.topics).toBe(0)
    expect(environment.pendingTimers).toBe(0)
    expect(relay.services.pubsub.topicValidators.size).toBe(0)
    expect(relay.services.pubsub.listenerCount('subscription-change')).toBe(0)

    await relay.start()
    await a!.dial(relay.getMultiaddrs())
    await eventually(() => { expect(relay.services.rooms.topics).toBe(1) })
    await stopNode(relay, environment)
  })

  it.each([{ rooms: 0 }, { rooms: 1_537 }, { rooms: 1.5 }, { roomsPerPeer: 0 }, { roomsPerPeer: 257 }])('is not made with %o', async (rooms) => {
    await expect(startRelay({ rooms })).rejects.toThrow(InvalidArgumentError)
  })

  it('does not start on a gossipsub that signs nothing', async () => {
    await expect(startRelay({ gossipsub: gossipsubPreset({ globalSignaturePolicy: 'StrictNoSign' }) })).rejects.toThrow(InvalidArgumentError)
  })
})
