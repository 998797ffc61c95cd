import { generateKeyPair } from '@libp2p/crypto/keys'
import { MemoryDatastore } from 'datastore-core'
import { describe, expect, it, vi } from 'vitest'
import { InvalidArgumentError, NotStartedError } from '../../src/errors/index.ts'
import { gossipsubPreset } from '../../src/presence/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { allSeeAll, eventually, kill, roster, startNode, stopNode } from './nodes.ts'
import type { Node } from './nodes.ts'
import type { PeerPresence, PeerSighting, Room } from '../../src/presence/index.ts'
import type { GossipsubMessage } from '@libp2p/gossipsub'

const SECRET = 'correct horse battery staple'

/** gossipsub hands on what was said in the last tenth of a second, and not in the last five. */
const FORGETFUL = gossipsubPreset({ heartbeatInterval: 50, mcacheLength: 2, mcacheGossip: 2 })

function peersOf (room: Iterable<PeerPresence>): string[] {
  return [...room].map(({ peer }) => peer.toString()).toSorted()
}

function ids (...nodes: Node[]): string[] {
  return nodes.map(({ peerId }) => peerId.toString()).toSorted()
}

async function all<T> (source: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const items: T[] = []

  for await (const item of source) {
    items.push(item)
  }

  return items
}

/** Connected nodes that are in no room yet. */
async function strangers (count: number, environment?: HandMovedEnvironment): Promise<Node[]> {
  const nodes = await Promise.all(Array.from({ length: count }, async () => startNode({ presence: { rooms: [] }, ...(environment == null ? {} : { environment }) })))

  for (const [index, node] of nodes.slice(1).entries()) {
    await node.dial(nodes[index]!.getMultiaddrs())
  }

  return nodes
}

async function joined (name: string, options: { secret?: string } | undefined, ...nodes: Node[]): Promise<Room[]> {
  return Promise.all(nodes.map(async node => node.services.presence.join(name, options)))
}

describe('rooms', { timeout: 120_000 }, () => {
  it('show each peer who is in the same ones, whatever others they are in', async () => {
    const [a, b, c] = await strangers(3) as [Node, Node, Node]
    const [red] = await joined('red', undefined, a, b)
    const [blue] = await joined('blue', undefined, b, c)

    await eventually(() => {
      expect(peersOf(red!)).toEqual(ids(b))
      expect(peersOf(blue!)).toEqual(ids(c))
      expect(roster(b)).toEqual(ids(a, c))
    })
    expect(b.services.presence.rooms.map(({ name }) => name)).toEqual(['red', 'blue'])
    expect(roster(a)).toEqual(ids(b))
    expect(red!.get(c.peerId)).toBe(undefined)
  })

  it('tell of who comes and goes in each, and the whole of who comes first and goes last', async () => {
    const [a, b] = await strangers(2) as [Node, Node]
    const [red] = await joined('red', undefined, a, b)
    const events: string[] = []

    for (const [name, target] of [['red', red!], ['all', a.services.presence]] as const) {
      for (const type of ['peer:online', 'peer:update', 'peer:offline'] as const) {
        target.addEventListener(type, () => { events.push(`${name} ${type}`) })
      }
    }

    await eventually(() => { expect(events).toEqual(['red peer:online', 'all peer:online']) })
    await joined('blue', undefined, a, b)
    await eventually(() => { expect(peersOf(a.services.presence.rooms[1]!)).toEqual(ids(b)) })
    await b.services.presence.leave('red')
    await eventually(() => { expect(events.slice(2)).toEqual(['red peer:offline']) })
    b.services.presence.setStatus('busy')
    await eventually(() => { expect(events.slice(3)).toEqual(['all peer:update']) })
    await b.services.presence.leave('blue')
    await eventually(() => { expect(events.slice(4)).toEqual(['all peer:offline']) })
  })

  it('can be left and entered again at once', async () => {
    const [a, b] = await strangers(2) as [Node, Node]
    const [red] = await joined('red', undefined, a, b)

    await eventually(() => { expect(peersOf(red!)).toEqual(ids(b)) })

    for (let round = 0; round < 3; round++) {
      await Promise.all([b.services.presence.leave('red'), b.services.presence.join('red')])
    }

    await eventually(() => {
      expect(peersOf(red!)).toEqual(ids(b))
      expect(peersOf(b.services.presence.rooms[0]!)).toEqual(ids(a))
    })
    await a.services.presence.leave('red')
    expect([peersOf(red!), roster(a), a.services.presence.rooms]).toEqual([[], [], []])
    expect(a.services.pubsub.getTopics()).toEqual([])
  })

  it('give the same room to who enters twice', async () => {
    const [a] = await strangers(1) as [Node]

    expect(await a.services.presence.join('red')).toBe(await a.services.presence.join('red'))
    await expect(a.services.presence.join('red', { secret: SECRET })).rejects.toThrow(InvalidArgumentError)
    await expect(a.services.presence.join('')).rejects.toThrow(InvalidArgumentError)
    await expect(a.services.presence.join('blue', { secret: 'short' })).rejects.toThrow(InvalidArgumentError)
    await expect(a.services.presence.join('blue', { secret: SECRET, signal: AbortSignal.abort() })).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    await a.services.presence.leave('green')
    expect(a.services.presence.rooms).toHaveLength(1)
  })

  it('are not entered, left or watched while the node is stopped', async () => {
    const [a] = await strangers(1) as [Node]

    await stopNode(a)
    await expect(a.services.presence.join('red')).rejects.toThrow(NotStartedError)
    await expect(a.services.presence.leave('red')).rejects.toThrow(NotStartedError)
    expect(() => a.services.presence.watch([])).toThrow(NotStartedError)
  })

  it('with a secret show those who have it each other, and an outsider nothing but that they speak', async () => {
    const [a, b, outsider] = await strangers(3) as [Node, Node, Node]
    const [red] = await joined('red', { secret: SECRET }, a, b)
    const [wrong] = await joined('red', { secret: 'another secret' }, outsider)
    const [topic] = a.services.pubsub.getTopics() as [string]
    const overheard: Uint8Array[] = []

    // it learns the topic from gossip, as every neighbour does
    outsider.services.pubsub.subscribe(topic)
    outsider.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }: CustomEvent<GossipsubMessage>) => {
      if (msg.topic === topic) {
        overheard.push(msg.data)
      }
    })
    a.services.presence.setData(new TextEncoder().encode('a name of mine'))

    await eventually(() => {
      expect(peersOf(red!)).toEqual(ids(b))
      expect(overheard.length).toBeGreaterThan(0)
    })
    expect(peersOf(wrong!)).toEqual([])
    expect(topic).not.toContain('red')
    expect(overheard.map(bytes => new TextDecoder().decode(bytes)).join()).not.toMatch(/a name of mine|memory/)

    // what an outsider publishes there is rejected, and hurts nobody
    await outsider.services.pubsub.publish(topic, overheard[0]!.slice(1))
    b.services.presence.setStatus('busy')
    await eventually(() => { expect(red!.get(b.peerId)?.status).toBe('busy') })
  })

  it('with a secret stay one room over midnight, for peers whose clocks are apart, on topics that have nothing in common', async () => {
    const midnight = Date.UTC(2026, 0, 2)
    const early = new HandMovedEnvironment(1, midnight - 7_260_000)
    const late = new HandMovedEnvironment(2, midnight - 7_200_000)
    const a = await startNode({ presence: { rooms: [{ name: 'red', secret: SECRET }] }, environment: early })
    const b = await startNode({ presence: { rooms: [{ name: 'red', secret: SECRET }] }, environment: late })
    const before = b.services.pubsub.getTopics()
    const departures = vi.fn<() => void>()

    await a.dial(b.getMultiaddrs())
    await eventually(() => {
      early.advance(50)
      late.advance(50)
      expect([roster(a), roster(b)]).toEqual([ids(b), ids(a)])
    })

    a.services.presence.addEventListener('peer:offline', departures)
    b.services.presence.addEventListener('peer:offline', departures)

    // four hours in steps in which each hears the other, since what is heard takes real time and lifetimes do not
    for (let step = 0; step < 144; step++) {
      const status = step % 2 === 0 ? 'away' : 'online'

      early.advance(100_000)
      late.advance(100_000)
      a.services.presence.setStatus(status)
      b.services.presence.setStatus(status)
      await eventually(() => {
        early.advance(50)
        late.advance(50)
        expect([a.services.presence.get(b.peerId)?.status, b.services.presence.get(a.peerId)?.status]).toEqual([status, status])
      })
    }

    expect(departures).not.toHaveBeenCalled()
    expect(b.services.pubsub.getTopics()).toHaveLength(1)
    expect(b.services.pubsub.getTopics()).not.toEqual(before)
    await Promise.all([stopNode(a, early), stopNode(b, late)])
  })
})

describe('a newcomer', { timeout: 120_000 }, () => {
  it('has the whole room from one neighbour, though nobody speaks', async () => {
    const environment = new HandMovedEnvironment()
    const nodes = await Promise.all(Array.from({ length: 8 }, async () => startNode({ environment, gossipsub: FORGETFUL })))

    for (const [index, node] of nodes.slice(1).entries()) {
      await node.dial(nodes[index]!.getMultiaddrs())
    }

    await allSeeAll(nodes, environment)

    const [first, , , , , , , last] = nodes as [Node, Node, Node, Node, Node, Node, Node, Node]
    let heard = 0

    first.services.pubsub.addEventListener('gossipsub:message', () => { heard++ })

    const newcomer = await startNode({ environment, gossipsub: FORGETFUL })

    await newcomer.dial(last.getMultiaddrs())
    await allSeeAll([...nodes, newcomer], environment)
    // its own record, and nobody said anything because of it
    await eventually(() => { expect(heard).toBe(1) })
    expect((await newcomer.peerStore.get(first.peerId)).addresses).toHaveLength(1)
  })

  it('with a secret has it, too, and who lacks the secret does not', async () => {
    const nodes = await strangers(3) as [Node, Node, Node]

    await joined('red', { secret: SECRET }, nodes[0], nodes[1])
    await eventually(() => { expect(roster(nodes[0])).toEqual(ids(nodes[1])) })
    await joined('red', { secret: SECRET }, nodes[2])
    await eventually(() => { expect(roster(nodes[2])).toEqual(ids(nodes[0], nodes[1])) })
  })

  it('is told of those who left of late, so that nobody can bring them back', async () => {
    const [a, b, c] = await strangers(3) as [Node, Node, Node]

    await joined('red', undefined, a, b, c)
    await eventually(() => { expect(roster(a)).toEqual(ids(b, c)) })

    let farewell: GossipsubMessage | undefined
    let record: Uint8Array | undefined

    b.services.pubsub.addEventListener('gossipsub:message', ({ detail }: CustomEvent<GossipsubMessage>) => {
      if (detail.msg.type === 'signed' && detail.msg.from.equals(c.peerId)) {
        farewell = detail
        record ??= detail.msg.data
      }
    })
    c.services.presence.setStatus('busy')
    await eventually(() => { expect(record).toBeDefined() })
    record = farewell!.msg.data
    await stopNode(c)
    await eventually(() => { expect(roster(b)).toEqual(ids(a)) })

    const newcomer = await startNode({ presence: { rooms: ['red'] } })

    await newcomer.dial(b.getMultiaddrs())
    await eventually(() => { expect(roster(newcomer)).toEqual(ids(a, b)) })

    const validate = newcomer.services.pubsub.topicValidators.get('/libp2p-invitation/presence/1.0.0/red')!

    expect(await validate(b.peerId, { ...farewell!.msg, data: record })).toBe('ignore')
    expect(roster(newcomer)).toEqual(ids(a, b))
  })
})

describe('after a restart', { timeout: 120_000 }, () => {
  it('a peer that kept its datastore takes no record that it has heard before, and has everybody back by asking', async () => {
    const environment = new HandMovedEnvironment()
    const datastore = new MemoryDatastore()
    const privateKey = await generateKeyPair('Ed25519')
    const [gone, stays] = await strangers(2, environment) as [Node, Node]
    const first = await startNode({ environment, datastore, privateKey, presence: { rooms: ['red'] } })
    const captured: Array<GossipsubMessage['msg']> = []

    first.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }: CustomEvent<GossipsubMessage>) => { captured.push(msg) })
    await joined('red', undefined, gone, stays)
    await first.dial(gone.getMultiaddrs())
    await first.dial(stays.getMultiaddrs())
    await eventually(() => {
      environment.advance(50)
      expect(roster(first)).toEqual(ids(gone, stays))
      expect(captured.length).toBeGreaterThanOrEqual(2)
    })
    // the marks are written a moment later, and how far this peer itself has come
    await eventually(async () => {
      environment.advance(500)
      expect(await all(datastore.queryKeys({ prefix: '/libp2p-invitation' }))).toHaveLength(3)
    })
    await stopNode(first, environment)
    await kill(gone)

    const second = await startNode({ environment, datastore, privateKey, presence: { rooms: ['red'] } })
    const validate = second.services.pubsub.topicValidators.get('/libp2p-invitation/presence/1.0.0/red')!
    const verdicts = await Promise.all(captured.map(async message => validate(stays.peerId, message)))

    expect(new Set(verdicts)).toEqual(new Set(['ignore']))
    expect(roster(second)).toEqual([])

    await second.dial(stays.getMultiaddrs())
    await eventually(() => {
      environment.advance(50)
      expect(roster(second)).toContain(stays.peerId.toString())
    })
  })
})

describe('how well a peer is known to be there', { timeout: 120_000 }, () => {
  it('is told on asking, and by a watch whenever it changes', async () => {
    const environment = new HandMovedEnvironment()
    const [a, between, b] = await strangers(3, environment) as [Node, Node, Node]
    const watched: string[] = []
    const controller = new AbortController()
    const watching = (async () => {
      for await (const { peer, level, presence } of a.services.presence.watch([b.peerId, between.peerId], { signal: controller.signal })) {
        watched.push(`${peer.equals(b.peerId) ? 'b' : 'between'} ${level} ${presence?.status ?? '-'}`)
      }
    })()

    watching.catch(() => {})
    await eventually(() => { expect(watched).toEqual(['b gone -', 'between connected -']) })
    await joined('red', undefined, a, between, b)
    await eventually(() => {
      environment.advance(50)
      expect(watched.slice(2).toSorted()).toEqual(['b announced online', 'between connected online'])
    })
    b.services.presence.setStatus('away')
    await eventually(() => {
      environment.advance(50)
      expect(watched.slice(4)).toEqual(['b announced away'])
    })

    const sightings: PeerSighting[] = a.services.presence.query([between.peerId, b.peerId])

    expect(sightings.map(({ level }) => level)).toEqual(['connected', 'announced'])

    // a peer that lost all its neighbours cannot know who is still there
    for (const connection of a.getConnections()) {
      connection.abort(new Error('out of range'))
    }

    await eventually(() => {
      environment.advance(1)
      expect(watched.slice(5).toSorted()).toEqual(['b stale away', 'between stale online'])
    })
    await a.dial(between.getMultiaddrs())
    await eventually(() => {
      environment.advance(50)
      expect(a.services.presence.query([between.peerId, b.peerId]).map(({ level }) => level)).toEqual(['connected', 'announced'])
    })

    controller.abort()
    await expect(watching).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  })

  it('ends being watched with the node', async () => {
    const [a] = await strangers(1) as [Node]
    const watching = all(a.services.presence.watch([a.peerId]))

    await stopNode(a)
    expect((await watching).map(({ level }) => level)).toEqual(['gone'])
  })
})
