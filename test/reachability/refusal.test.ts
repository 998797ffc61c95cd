import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { advertised, eventually, goOn, Nodes } from './nodes.ts'
import { RelayRefusedError } from '../../src/reachability/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'

let nodes: Nodes
let environment: HandMovedEnvironment

beforeEach(() => {
  nodes = new Nodes()
  environment = new HandMovedEnvironment()
})
afterEach(async () => { await nodes[Symbol.asyncDispose]() })

describe('a relay that is full', () => {
  it('is asked again now and then, with nothing left behind, and held when there is room', async () => {
    const relay = await nodes.relay({ maxReservations: 1 })
    const first = await nodes.peer({ relays: [relay.address] })

    await first.reachability.untilReachable()

    const peer = await nodes.peer({ relays: [relay.address], environment })
    const errors = new Set<Error>()

    await eventually(() => {
      const { error } = peer.reachability.relays[0]!

      if (error != null) {
        errors.add(error)
      }

      goOn(peer, environment)
      expect(errors.size).toBe(5)
    })

    expect([...errors].every(error => error instanceof RelayRefusedError)).toBe(true)
    // with delays of 4 s at most it could not be that long
    expect(environment.now()).toBeGreaterThan(20_000)
    expect(peer.components.transportManager.getListeners()).toHaveLength(1)
    expect(relay.node.getConnections(peer.node.peerId)).toHaveLength(1)

    await nodes.stop(first.node)
    relay.node.services.relay.reservations.delete(first.node.peerId)
    await eventually(() => {
      goOn(peer, environment)
      expect(peer.reachability.isReachable).toBe(true)
    })
    await nodes.call(peer, relay)
  })

  it('is made up for by another one meanwhile', async () => {
    const full = await nodes.relay({ maxReservations: 0 })
    const relays = [full, ...await Promise.all([nodes.relay(), nodes.relay()])]
    const peer = await nodes.peer({ relays: relays.map(({ address }) => address) })

    await eventually(() => { expect(advertised(peer)).toHaveLength(2) })
    expect(advertised(peer)).not.toContain(full.address.toString())
  })
})

describe('a relay that did not speak the protocol once', () => {
  it('is not given up for ever, as libp2p would', async () => {
    const relay = await nodes.relay()
    const hop = '/libp2p/circuit/relay/0.2.0/hop'
    const speak = relay.node.services.relay

    await relay.node.unhandle(hop)

    const peer = await nodes.peer({ relays: [relay.address], environment })

    await eventually(() => { expect(peer.reachability.relays[0]?.error?.name).toBe('UnsupportedProtocolError') })
    await relay.node.handle(hop, async (stream, connection) => {
      await Reflect.get(speak, 'onHop').call(speak, stream, connection)
    })
    await eventually(() => {
      goOn(peer, environment)
      expect(peer.reachability.isReachable).toBe(true)
    })
  })

  it('is not given up for ever either when it was libp2p that found that out', async () => {
    const relay = await nodes.relay()
    const other = await nodes.peer()
    const transport = other.components.transportManager.getTransports().find(({ [Symbol.toStringTag]: name }) => name.includes('circuit'))
    const store = Reflect.get(transport!, 'reservationStore')

    await relay.node.unhandle('/libp2p/circuit/relay/0.2.0/hop')
    await other.node.dial(relay.address)
    await expect(store.addRelay(relay.node.peerId, 'configured')).rejects.toThrow(expect.objectContaining({ name: 'UnsupportedProtocolError' }))
    await relay.stop()
    await relay.start()
    await other.node.dial(relay.address)
    await expect(store.addRelay(relay.node.peerId, 'configured')).rejects.toThrow('previously invalid')

    other.reachability.addRelay(relay.address)
    await other.reachability.untilReachable()
    await nodes.call(other, relay)
  })
})

describe('a relay of short reservations', () => {
  it('is held, although libp2p cancels one that ends within 10 minutes as soon as it has found out that it is a relay', async () => {
    const relay = await nodes.relay({ reservationTtl: 120_000 })
    const peer = await nodes.peer({ relays: [relay.address], environment })
    const transport = peer.components.transportManager.getTransports().find(({ [Symbol.toStringTag]: name }) => name.includes('circuit'))
    const store = Reflect.get(transport!, 'reservationStore')

    await peer.reachability.untilReachable()
    await expect(store.addRelay(relay.node.peerId, 'discovered')).rejects.toThrow(expect.objectContaining({ name: 'HadEnoughRelaysError' }))
    await eventually(() => { expect(peer.told).toContain('relay:lost') })
    await eventually(() => {
      goOn(peer, environment)
      expect(peer.reachability.isReachable).toBe(true)
    })
    await nodes.call(peer, relay)
  })
})

describe('relays that are held at the same time', () => {
  it('are reserved one after the other: libp2p forgets whatever waits for its turn', async () => {
    const relays = await Promise.all(Array.from({ length: 4 }, async () => await nodes.relay()))
    const peer = await nodes.peer({ relays: relays.map(({ address }) => address), held: 4, environment })

    // time stands still: no second try
    await eventually(() => { expect(advertised(peer)).toHaveLength(4) })
    expect(peer.told).toEqual(['relay:held', 'reachable', 'relay:held', 'relay:held', 'relay:held'])
  })
})
