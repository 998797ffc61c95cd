import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually, Nodes } from './nodes.ts'
import { AbortError, InvalidArgumentError, NotStartedError } from '../../src/errors/index.ts'
import { connectionManagerPreset, RelayTransportError } from '../../src/reachability/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'

let nodes: Nodes

beforeEach(() => { nodes = new Nodes() })
afterEach(async () => { await nodes[Symbol.asyncDispose]() })

async function addressesOfNobody (count: number): Promise<string[]> {
  return await Promise.all(Array.from({ length: count }, async () => {
    const { peerId } = await nodes.create({ start: false, services: { identify: identify() } })

    return `/ip4/127.0.0.1/tcp/1/ws/p2p/${peerId.toString()}`
  }))
}

describe('what reachability is made with', () => {
  it.for([{ held: 0 }, { held: 9 }, { held: 1.5 }, { held: Number.NaN }, { relays: ['/ip4/127.0.0.1/tcp/1/ws'] }])('is not %o', async (init) => {
    await expect(nodes.peer(init)).rejects.toThrow(InvalidArgumentError)
  })

  it('is at most 32 relays, by any number of addresses', async () => {
    const addresses = await addressesOfNobody(33)

    await expect(nodes.peer({ relays: addresses })).rejects.toThrow(InvalidArgumentError)

    const peer = await nodes.peer({ relays: addresses.slice(0, 32), environment: new HandMovedEnvironment() })

    expect(() => { peer.reachability.addRelay(addresses[32]!) }).toThrow(InvalidArgumentError)
    expect(() => { peer.reachability.addRelay('nowhere') }).toThrow(InvalidArgumentError)
    expect(() => { peer.reachability.addRelay(`/ip4/127.0.0.1/tcp/1/ws/p2p/${peer.node.peerId.toString()}`) }).toThrow(InvalidArgumentError)

    for (let port = 2; port < 20; port++) {
      peer.reachability.addRelay(multiaddr(addresses[0]!.replace('tcp/1', `tcp/${port}`)))
    }

    expect(peer.reachability.relays).toHaveLength(32)
    expect(Math.max(...peer.reachability.relays.map(({ addresses: { length } }) => length))).toBe(8)
  })

  it('has to go with a circuit relay transport', async () => {
    await expect(nodes.peer({ node: { transports: [webSockets()] } })).rejects.toThrow(RelayTransportError)
  })
})

describe('a relay that is given later', () => {
  it('is held at once where one is missing', async () => {
    const relay = await nodes.relay()
    const peer = await nodes.peer({ environment: new HandMovedEnvironment() })

    peer.reachability.addRelay(relay.address)
    await peer.reachability.untilReachable()
    expect(peer.reachability.relays.map(({ origin }) => origin)).toEqual(['given'])
  })

  it('by another address of a known one, is dialled there when the first does not work', async () => {
    const relay = await nodes.relay()
    const wrong = `/ip4/127.0.0.1/tcp/1/ws/p2p/${relay.node.peerId.toString()}`
    const peer = await nodes.peer({ relays: [wrong], environment: new HandMovedEnvironment() })

    await eventually(() => { expect(peer.reachability.relays[0]?.state).toBe('waiting') })
    peer.reachability.addRelay(relay.address)
    peer.reachability.tryNow()
    await peer.reachability.untilReachable()
    expect(peer.reachability.relays.map(({ addresses }) => addresses.map(String))).toEqual([[wrong, relay.address.toString()]])
  })
})

describe('waiting until one can be reached', () => {
  it('ends with the signal, with a stop, and is not begun before the start', async () => {
    const peer = await nodes.peer({ environment: new HandMovedEnvironment(), node: { start: false } })

    await expect(peer.reachability.untilReachable()).rejects.toThrow(NotStartedError)
    await peer.node.start()

    const controller = new AbortController()
    const aborted = peer.reachability.untilReachable({ signal: controller.signal })
    const stopped = peer.reachability.untilReachable()

    controller.abort()
    await expect(aborted).rejects.toThrow(AbortError)
    await expect(peer.reachability.untilReachable({ signal: controller.signal })).rejects.toThrow(AbortError)
    await Promise.all([expect(stopped).rejects.toThrow(NotStartedError), peer.node.stop()])
  })
})

describe('the preset of the connection manager', () => {
  it('lets 50 callers come through one relay within a second', async () => {
    const relay = await nodes.relay()
    const peer = await nodes.peer({ relays: [relay.address], node: { connectionManager: connectionManagerPreset() } })
    const callers = await Promise.all(Array.from({ length: 50 }, async () => await nodes.create({ services: { identify: identify() } })))
    const address = relay.address.encapsulate(`/p2p-circuit/p2p/${peer.node.peerId.toString()}`)

    await peer.reachability.untilReachable()

    // connected to the relay beforehand, so that all of them call at the same time
    for (const caller of callers) {
      await caller.dial(relay.address)
    }

    const connections = await Promise.all(callers.map(async caller => await caller.dial(address, { signal: AbortSignal.timeout(50_000) })))

    expect(new Set(connections.map(({ status }) => status))).toEqual(new Set(['open']))
  })

  it('gives way to options of one\'s own', () => {
    expect(connectionManagerPreset({ maxConnections: 7, inboundConnectionThreshold: 1 })).toEqual({ maxConnections: 7, inboundConnectionThreshold: 1, maxIncomingPendingConnections: 256 })
  })
})
