import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { multiaddr } from '@multiformats/multiaddr'
import { TypedEventEmitter } from 'main-event'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { advertised, eventually, goOn, Nodes } from './nodes.ts'
import { gossipsubPreset, presence } from '../../src/presence/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import type { TestRelay } from './nodes.ts'
import type { PresentPeer, RelaySource } from '../../src/reachability/index.ts'
import type { Presence } from '../../src/presence/index.ts'
import type { Libp2p, PeerId } from '@libp2p/interface'

/** Who is present, as the test says. */
class StandInPresence extends TypedEventEmitter<{ 'peer:online': CustomEvent<PresentPeer>, 'peer:update': CustomEvent<PresentPeer> }> implements RelaySource {
  readonly present: PresentPeer[] = []

  list (): PresentPeer[] {
    return this.present
  }

  says (type: 'peer:online' | 'peer:update', peer: PeerId, ...relays: TestRelay[]): void {
    this.dispatchEvent(new CustomEvent(type, { detail: presentBy(peer, ...relays) }))
  }
}

function presentBy (peer: PeerId, ...relays: TestRelay[]): PresentPeer {
  return { peer, multiaddrs: relays.map(({ address }) => address.encapsulate('/p2p-circuit')) }
}

let nodes: Nodes
let source: StandInPresence
let environment: HandMovedEnvironment

beforeEach(() => {
  nodes = new Nodes()
  source = new StandInPresence()
  environment = new HandMovedEnvironment()
})
afterEach(async () => { await nodes[Symbol.asyncDispose]() })

async function anybody (): Promise<PeerId> {
  return (await nodes.create({ start: false, services: { identify: identify() } })).peerId
}

describe('relays that are learned from who is present', () => {
  it('are held where none were given, of those that most name', async () => {
    const [one, two, three] = await Promise.all([nodes.relay(), nodes.relay(), nodes.relay()])

    source.present.push(presentBy(await anybody(), three), presentBy(await anybody(), two, three), presentBy(await anybody(), one), presentBy(await anybody(), one, two))
    source.present.push(presentBy(await anybody(), two, three))

    const peer = await nodes.peer({ environment, services: { presence: () => source } })

    await eventually(() => { expect(advertised(peer).toSorted()).toEqual([two, three].map(({ address }) => address.toString()).toSorted()) })
    expect(peer.reachability.relays.map(({ origin, state }) => `${origin} ${state}`)).toEqual(['learned held', 'learned held', 'learned idle'])
    await nodes.call(peer, two)
  })

  it('are held in place of a given one that does not work, and learned at any time', async () => {
    const [given, other, third] = await Promise.all([nodes.relay(), nodes.relay(), nodes.relay()])
    const peer = await nodes.peer({ environment, held: 1, relays: [given.address], services: { presence: () => source } })

    source.says('peer:online', await anybody(), other)
    await peer.reachability.untilReachable()
    expect(advertised(peer)).toEqual([given.address.toString()])
    expect(other.node.getConnections()).toEqual([])

    await given.stop()
    await eventually(() => {
      goOn(peer, environment)
      expect(advertised(peer)).toEqual([other.address.toString()])
    })
    await other.stop()
    await eventually(() => { expect(peer.reachability.isReachable).toBe(false) })
    source.says('peer:update', await anybody(), third)
    await eventually(() => {
      goOn(peer, environment)
      expect(advertised(peer)).toEqual([third.address.toString()])
    })
  })

  it('are not used where the app does not want that', async () => {
    const relay = await nodes.relay()

    source.present.push(presentBy(await anybody(), relay))

    const peer = await nodes.peer({ environment, learn: false, services: { presence: () => source } })

    source.says('peer:online', await anybody(), relay)
    expect(peer.reachability.relays).toEqual([])
  })

  it('become given ones when the app gives them, and are never this peer itself or one that it cannot dial', async () => {
    const relay = await nodes.relay()
    const peer = await nodes.peer({ environment, held: 1, services: { presence: () => source } })
    const somebody = await anybody()

    source.dispatchEvent(new CustomEvent('peer:online', {
      detail: {
        peer: somebody,
        multiaddrs: [
          relay.address.encapsulate('/p2p-circuit'),
          multiaddr(`/ip4/127.0.0.1/tcp/1/ws/p2p/${peer.node.peerId.toString()}/p2p-circuit`),
          multiaddr(`/ip4/127.0.0.1/udp/1/quic-v1/p2p/${somebody.toString()}/p2p-circuit`)
        ]
      }
    }))
    expect(peer.reachability.relays.map(({ origin }) => origin)).toEqual(['learned'])
    await peer.reachability.untilReachable()
    peer.reachability.addRelay(relay.address)
    expect(peer.reachability.relays.map(({ relay: id, origin, state }) => [id, origin, state])).toEqual([[relay.node.peerId, 'given', 'held']])
  })

  it('take up no more room however many are named', async () => {
    const peer = await nodes.peer({ environment, services: { presence: () => source } })

    for (let i = 0; i < 40; i++) {
      const relay = await anybody()

      source.dispatchEvent(new CustomEvent('peer:online', {
        detail: { peer: await anybody(), multiaddrs: [multiaddr(`/ip4/127.0.0.1/tcp/1/ws/p2p/${relay.toString()}/p2p-circuit`)] }
      }))
    }

    expect(peer.reachability.relays.length).toBeLessThanOrEqual(32)
  })
})

describe('the addresses in presence', () => {
  it('follow the relays that are held', async () => {
    const relays = await Promise.all([nodes.relay(), nodes.relay()])
    const services = { pubsub: gossipsub(gossipsubPreset()), presence: presence() }
    const peer = await nodes.peer({ relays: relays.map(({ address }) => address), services })
    const other = await nodes.create({ addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] }, services: { identify: identify(), ...services } })
    const seen = (node: Libp2p<{ presence: Presence }>): string[] => advertised({ node: { getMultiaddrs: () => node.services.presence.get(peer.node.peerId)?.multiaddrs ?? [] } as unknown as Libp2p })

    await peer.node.dial(other.getMultiaddrs())

    for (const dies of relays) {
      await eventually(() => { expect(seen(other).toSorted()).toEqual(relays.map(({ address }) => address.toString()).toSorted()) })
      await dies.stop()
      await eventually(() => { expect(seen(other)).toEqual(relays.filter(relay => relay !== dies).map(({ address }) => address.toString())) })
      await dies.start()
    }
  })
})
