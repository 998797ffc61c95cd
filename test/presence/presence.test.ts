import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it, vi } from 'vitest'
import { InvalidArgumentError, NotStartedError, PayloadTooLargeError } from '../../src/errors/index.ts'
import { gossipsubPreset } from '../../src/presence/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { TOPIC } from './record/records.ts'
import { allSeeAll, eventually, kill, others, roster, startNode, stopNode } from './nodes.ts'
import type { Node } from './nodes.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'
import type { PeerDeparture, PeerPresence, PeerPresenceUpdate, PresenceInit, PresenceStatus } from '../../src/presence/index.ts'

/** gossipsub hands on what was said in the last tenth of a second, and not in the last five. */
const FORGETFUL = gossipsubPreset({ heartbeatInterval: 50, mcacheLength: 2, mcacheGossip: 2 })

/** Waits until such a gossipsub no longer hands on what was said before. */
async function untilForgotten (node: Node): Promise<void> {
  let heartbeats = 0

  node.services.pubsub.addEventListener('gossipsub:heartbeat', () => { heartbeats++ })
  await eventually(() => { expect(heartbeats).toBeGreaterThan(20) })
}

/** All events of a node from now on, in order. */
function eventsOf ({ services: { presence } }: Node): string[] {
  const events: string[] = []

  presence.addEventListener('peer:online', ({ detail }: CustomEvent<PeerPresence>) => { events.push(`online ${detail.status}`) })
  presence.addEventListener('peer:update', ({ detail }: CustomEvent<PeerPresenceUpdate>) => { events.push(`update ${detail.status} ${detail.data.join(' ')}${detail.restarted ? 'restarted' : ''}`) })
  presence.addEventListener('peer:offline', ({ detail }: CustomEvent<PeerDeparture>) => { events.push(`offline ${detail.reason}`) })

  return events
}

/** Nodes that are connected one to the next. */
async function chain (...options: Array<Parameters<typeof startNode>[0]>): Promise<Node[]> {
  const nodes = await Promise.all(options.map(async option => startNode(option)))

  for (const [index, node] of nodes.slice(1).entries()) {
    await node.dial(nodes[index]!.getMultiaddrs())
  }

  return nodes
}

type TopicValidator = Parameters<GossipSub['topicValidators']['set']>[1]

/** The same validator, with something done each time that it is asked. */
function counting (validate: TopicValidator, count: () => void): TopicValidator {
  return async (source, message) => {
    count()

    return validate(source, message)
  }
}

/** Two nodes that see each other, with the time that passes for them. */
async function two (presence: PresenceInit = {}): Promise<[Node, Node, HandMovedEnvironment]> {
  const environment = new HandMovedEnvironment()
  const [a, b] = await chain({ presence, environment }, { presence, environment })

  await allSeeAll([a!, b!], environment)

  return [a!, b!, environment]
}

describe('presence', { timeout: 120_000 }, () => {
  it('lets peers that know one address find each other', async () => {
    const nodes = await Promise.all([1, 2, 3, 4].map(async () => startNode()))

    for (const node of nodes.slice(1)) {
      await node.dial(nodes[0]!.getMultiaddrs())
    }

    await allSeeAll(nodes)
    expect(nodes.map(node => roster(node).length)).toEqual([3, 3, 3, 3])
  })

  it('lets peers find each other along a chain, too', async () => {
    const nodes = await chain(...[1, 2, 3, 4].map(() => ({})))

    await allSeeAll(nodes)
    expect(nodes.map(node => roster(node).length)).toEqual([3, 3, 3, 3])
  })

  it('lets a newcomer find those, too, who are two peers away and said nothing for long', async () => {
    const [far, near] = await chain({ gossipsub: FORGETFUL }, { gossipsub: FORGETFUL })

    await allSeeAll([far!, near!])
    await untilForgotten(near!)

    const newcomer = await startNode()

    await newcomer.dial(near!.getMultiaddrs())
    await allSeeAll([far!, near!, newcomer])
    expect(roster(newcomer)).toEqual(others([far!, near!], newcomer))
  })

  it('makes a peer dialable by its id alone before it tells of it', async () => {
    const nodes = await Promise.all([1, 2, 3].map(async () => startNode()))
    const [a, b, c] = nodes
    const dialled: boolean[] = []

    async function dial (peer: PeerId): Promise<void> {
      const { addresses } = await c!.peerStore.get(peer)
      const connection = await c!.dial(peer)

      dialled.push(addresses.every(({ isCertified }) => isCertified) && connection.remotePeer.equals(peer))
    }

    c!.services.presence.addEventListener('peer:online', ({ detail: { peer } }) => {
      if (peer.equals(a!.peerId)) {
        void dial(peer)
      }
    })

    await b!.dial(a!.getMultiaddrs())
    await allSeeAll([a!, b!])
    await c!.dial(b!.getMultiaddrs())
    await eventually(() => { expect(dialled).toEqual([true]) })
    expect(c!.services.presence.get(a!.peerId)?.multiaddrs.map(address => address.encapsulate(`/p2p/${a!.peerId.toString()}`))).toEqual(a!.getMultiaddrs())
  })

  it('tells of each change of status and data once, also two peers away', async () => {
    const [a, b, c] = await chain({}, {}, {})

    await allSeeAll([a!, b!, c!])

    const events = eventsOf(c!)

    a!.services.presence.setStatus('busy')
    a!.services.presence.setData(Uint8Array.of(1, 2))
    await eventually(() => { expect(events).toEqual(['update busy 1 2']) })

    a!.services.presence.setStatus('do-not-disturb')
    await eventually(() => { expect(events).toEqual(['update busy 1 2', 'update do-not-disturb 1 2']) })
    expect(c!.services.presence.get(a!.peerId)).toMatchObject({ status: 'do-not-disturb', data: Uint8Array.of(1, 2) })
    expect(a!.services.presence.status).toBe('do-not-disturb')
  })

  it('says goodbye when a node stops, also two peers away', async () => {
    const [a, b, c] = await chain({}, {}, {})

    await allSeeAll([a!, b!, c!])

    const events = [b!, c!].map(eventsOf)

    await a!.stop()
    await eventually(() => { expect(events).toEqual([['offline left'], ['offline left']]) })
    await allSeeAll([b!, c!])
  })

  it('finds a peer gone that is not heard of for the lifetime of its record, and back when it is', async () => {
    const [a, b, environment] = await two()
    const events = eventsOf(a)

    await a.hangUp(b.peerId)
    // a peer without a neighbour cannot know whether it is itself that is cut off
    await environment.pass(500_000)
    expect(events).toEqual([])
    await environment.pass(110_000)
    expect(events).toEqual(['offline expired'])
    expect(a.services.presence.list()).toEqual([])

    await a.dial(b.getMultiaddrs())
    await allSeeAll([a, b], environment)
    expect(events).toEqual(['offline expired', 'online online'])
  })

  it('finds a peer gone within half a minute that was killed, though its record is good for longer', async () => {
    const environment = new HandMovedEnvironment()
    const [a, b, c] = await chain({ environment }, { environment }, { environment })

    await c!.dial(a!.getMultiaddrs())
    await allSeeAll([a!, b!, c!], environment)

    const events = [b!, c!].map(eventsOf)

    await kill(a!)
    await eventually(() => {
      environment.advance(50)
      expect([b!, c!].map(node => node.services.presence.query([a!.peerId])[0]?.level)).toEqual(['stale', 'stale'])
    })
    expect(events).toEqual([[], []])
    environment.advance(19_000)
    expect(events).toEqual([[], []])
    environment.advance(2_000)
    expect(events).toEqual([['offline lost'], ['offline lost']])
  })

  it('keeps a peer that says nothing new on the roster by its heartbeats', async () => {
    const [a, b, environment] = await two()
    const events = eventsOf(a)
    let heard = 0

    a.services.pubsub.topicValidators.set(TOPIC, counting(a.services.pubsub.topicValidators.get(TOPIC)!, () => { heard++ }))

    for (let beat = 0; beat < 20; beat++) {
      const before = heard

      environment.advance(18_000)
      await eventually(() => { expect(heard).toBeGreaterThan(before) })
    }

    expect(events).toEqual([])
    expect(roster(a)).toEqual([b.peerId.toString()])
  })

  it('tells of a restart without a goodbye, and the restarted peer finds everybody again, also two peers away', async () => {
    const privateKey = await generateKeyPair('Ed25519')
    const [far, near, first] = await chain({ gossipsub: FORGETFUL }, { gossipsub: FORGETFUL }, { privateKey })

    await allSeeAll([far!, near!, first!])

    const events = eventsOf(far!)

    await kill(first!)
    await untilForgotten(near!)

    const second = await startNode({ privateKey })

    await second.dial(near!.getMultiaddrs())
    await eventually(() => { expect(events).toEqual(['update online restarted']) })
    await eventually(() => { expect(roster(second)).toEqual(others([far!, near!], second)) })
  })

  it('announces an address that comes later, and can be reached there', async () => {
    const [a, b] = await chain({}, {})

    await allSeeAll([a!, b!])

    const events = eventsOf(a!)

    await b!.transportManager.listen([multiaddr('/memory/presence-second-address')])
    await eventually(() => { expect(events).toEqual(['update online ']) })
    expect(a!.services.presence.get(b!.peerId)?.multiaddrs).toHaveLength(2)

    const { addresses } = await a!.peerStore.get(b!.peerId)

    expect(addresses.map(address => address.multiaddr.toString())).toContain('/memory/presence-second-address')
  })

  it('keeps the addresses of a peer that is still present from growing old', async () => {
    const [a, b, environment] = await two()
    let heard = 0

    a.services.pubsub.addEventListener('gossipsub:message', () => { heard++ })
    // as if the hour had passed in which the peer store believes them
    await a.peerStore.patch(b.peerId, { addresses: [] })

    for (let beat = 0; beat < 5; beat++) {
      const before = heard

      environment.advance(290_000)
      await eventually(() => {
        environment.advance(1_000)
        expect(heard).toBeGreaterThan(before)
      })
    }

    await eventually(async () => { expect((await a.peerStore.get(b.peerId)).addresses).toHaveLength(1) })
  })

  it('keeps rooms apart, and prefixes', async () => {
    const [a, b, c, d] = await chain({ presence: { rooms: ['one'] } }, { presence: { rooms: ['two'] } }, { presence: { rooms: ['one'], protocolPrefix: 'x' } }, { presence: { rooms: ['two'] } })

    await d!.dial(b!.getMultiaddrs())
    await allSeeAll([b!, d!])
    expect([roster(a!), roster(c!)]).toEqual([[], []])
    expect(c!.services.pubsub.getTopics()).toEqual(['/x/presence/1.0.0/one'])
  })

  it('is not hurt by listeners that throw or reject', async () => {
    const [a, b] = await chain({}, {})

    a!.services.presence.addEventListener('peer:online', () => { throw new Error('thrown by a listener') })
    a!.services.presence.addEventListener('peer:online', vi.fn().mockRejectedValue(new Error('rejected by a listener')))
    await allSeeAll([a!, b!])
    b!.services.presence.setStatus('away')
    await eventually(() => { expect(a!.services.presence.get(b!.peerId)?.status).toBe('away') })
  })

  it('can be walked, listed and asked', async () => {
    const [a, b] = await two()
    const entry = a.services.presence.get(b.peerId)

    expect(entry?.peer.equals(b.peerId)).toBe(true)
    expect(entry?.since).toBeGreaterThanOrEqual(Date.UTC(2026, 0, 1))
    expect([...a.services.presence]).toEqual([entry])
    expect(a.services.presence.list()).toEqual([entry])
    expect(a.services.presence.get(a.peerId)).toBe(undefined)
  })

  it('says from its first record on what it was made with', async () => {
    const environment = new HandMovedEnvironment()
    const data = new TextEncoder().encode('Ada')
    const [a, b] = await chain({ presence: { status: 'busy', data }, environment }, { environment })
    const events = eventsOf(b!)

    await allSeeAll([a!, b!], environment)
    expect(b!.services.presence.get(a!.peerId)).toMatchObject({ status: 'busy', data })
    expect(events).toHaveLength(1)
  })

  it('is empty and silent after stop, with no timer and no listener left, and starts again', async () => {
    const [a, b, environment] = await two()
    const { presence, pubsub } = a.services
    const events = eventsOf(a)

    await stopNode(a)
    await stopNode(b)
    expect(environment.pendingTimers).toBe(0)
    expect(presence.list()).toEqual([])
    expect(events).toEqual([])
    expect(pubsub.topicValidators.size).toBe(0)
    expect(pubsub.listenerCount('subscription-change')).toBe(0)
    expect(() => { presence.setStatus('away') }).toThrow(NotStartedError)
    expect(() => { presence.setData(new Uint8Array()) }).toThrow(NotStartedError)

    await a.start()
    await b.start()
    await b.dial(a.getMultiaddrs())
    await allSeeAll([a, b], environment)
    await Promise.all([stopNode(a, environment), stopNode(b, environment)])
  })

  it('names what is wrong with a call', async () => {
    const { services: { presence } } = await startNode()

    // @ts-expect-error what stopping says
    expect(() => { presence.setStatus('leaving') }).toThrow(InvalidArgumentError)
    // @ts-expect-error every object has it
    expect(() => { presence.setStatus('toString') }).toThrow(InvalidArgumentError)
    // @ts-expect-error no bytes
    expect(() => { presence.setData('text') }).toThrow(InvalidArgumentError)
    expect(() => { presence.setData(new Uint8Array(1_025)) }).toThrow(PayloadTooLargeError)
    expect(presence.status).toBe('online')
  })

  it('is not made with data above its limit', async () => {
    await expect(startNode({ presence: { data: new Uint8Array(1_025) } })).rejects.toThrow(PayloadTooLargeError)
  })

  it('does not start on a gossipsub that signs nothing', async () => {
    await expect(startNode({ gossipsub: gossipsubPreset({ globalSignaturePolicy: 'StrictNoSign' }) })).rejects.toThrow(InvalidArgumentError)
  })

  it.each<[string, PresenceInit]>([
    ['a room without a name', { rooms: [''] }],
    ['a room whose name is too long', { rooms: ['é'.repeat(65)] }],
    ['the same room twice', { rooms: ['one', { name: 'one', secret: 'a secret of its own' }] }],
    ['more rooms than it may be in', { rooms: Array.from({ length: 65 }, (_, number) => `room ${number}`) }],
    ['too small a budget', { budget: 99 }],
    ['no number for a budget', { budget: NaN }],
    ['a status that only stopping says', { status: 'leaving' as PresenceStatus }]
  ])('is not made with %s', async (_, presence) => {
    await expect(startNode({ presence })).rejects.toThrow(InvalidArgumentError)
  })
})
