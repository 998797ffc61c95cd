import { identify } from '@libp2p/identify'
import { FaultTolerance } from '@libp2p/interface'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { advertised, eventually, goOn, Nodes } from './nodes.ts'
import { NotStartedError } from '../../src/errors/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import type { ReachablePeer } from './nodes.ts'

let nodes: Nodes

beforeEach(() => { nodes = new Nodes() })
afterEach(async () => { await nodes[Symbol.asyncDispose]() })

/** Waits until its only relay could not be held that many times more. */
async function untilFailed ({ reachability }: ReachablePeer, times: number): Promise<void> {
  const errors = new Set([reachability.relays[0]!.error])

  await eventually(() => {
    errors.add(reachability.relays[0]!.error)
    expect(errors.size).toBeGreaterThan(times)
  })
}

describe('a peer with one relay', () => {
  it('can be reached by way of it as soon as it says so', async () => {
    const relay = await nodes.relay()
    const peer = await nodes.peer({ relays: [relay.address] })

    await peer.reachability.untilReachable()
    expect(peer.reachability.isReachable).toBe(true)
    expect(advertised(peer)).toEqual([relay.address.toString()])
    expect(peer.told).toEqual(['relay:held', 'reachable'])
    expect(peer.reachability.relays).toEqual([{ relay: relay.node.peerId, addresses: [relay.address], origin: 'given', state: 'held' }])
    expect((await nodes.call(peer, relay)).remotePeer).toEqual(peer.node.peerId)
  })

  it('starts where the relay is not there, and can be reached once it is', async () => {
    const relay = await nodes.relay()

    await relay.stop()

    const peer = await nodes.peer({ relays: [relay.address] })

    await eventually(() => { expect(peer.reachability.relays[0]?.error).toBeInstanceOf(Error) })
    expect(peer.reachability.isReachable).toBe(false)
    await relay.start()
    await peer.reachability.untilReachable()
    expect(peer.reachability.relays[0]?.error).toBe(undefined)
    await nodes.call(peer, relay)
  })

  it.for([{ outage: 'for a moment', failures: 0 }, { outage: 'for several tries', failures: 3 }])('can be reached again by itself when the relay was away $outage', async ({ failures }) => {
    const relay = await nodes.relay()
    const peer = await nodes.peer({ relays: [relay.address] })

    await peer.reachability.untilReachable()

    for (let loss = 1; loss <= 2; loss++) {
      await relay.stop()
      await eventually(() => { expect(peer.reachability.isReachable).toBe(false) })
      expect(advertised(peer)).toEqual([])

      await untilFailed(peer, failures)
      await relay.start()
      await peer.reachability.untilReachable()
      expect(advertised(peer)).toEqual([relay.address.toString()])
      await nodes.call(peer, relay)
    }

    expect(peer.told).toEqual(Array.from({ length: 3 }, () => ['relay:held', 'reachable', 'relay:lost', 'unreachable']).flat().slice(0, -2))
  })

  it('would not be reachable again without this service, although it is connected again', async () => {
    const relay = await nodes.relay()
    const listen = [relay.address.encapsulate('/p2p-circuit').toString()]
    const node = await nodes.create({ addresses: { listen }, transportManager: { faultTolerance: FaultTolerance.NO_FATAL }, services: { identify: identify() } })

    await eventually(() => { expect(advertised({ node })).toHaveLength(1) })
    await relay.stop()
    await eventually(() => { expect(advertised({ node })).toEqual([]) })
    await relay.start()

    // connected, and identified, which is when libp2p finds out that it is a relay; and nothing comes of it
    const identified = new Promise<void>(resolve => {
      node.addEventListener('peer:identify', () => { resolve() }, { once: true })
    })

    await node.dial(relay.address)
    await identified

    const after = await nodes.peer({ relays: [relay.address] })

    await after.reachability.untilReachable()
    expect(node.getConnections(relay.node.peerId)).toHaveLength(1)
    expect(advertised({ node })).toEqual([])
  })

  it('is not told to be reachable while it is stopped, and is again after a start', async () => {
    const relay = await nodes.relay()
    const peer = await nodes.peer({ relays: [relay.address] })

    await peer.reachability.untilReachable()
    await peer.node.stop()
    expect(peer.reachability.isReachable).toBe(false)
    expect(peer.reachability.relays.map(({ state }) => state)).toEqual(['idle'])
    expect(peer.told).toEqual(['relay:held', 'reachable'])
    await expect(peer.reachability.untilReachable()).rejects.toThrow(NotStartedError)

    await peer.node.start()
    await peer.reachability.untilReachable()
    await nodes.call(peer, relay)
  })
})

describe('a peer with two relays', () => {
  it('is reachable all the time when one of them dies', async () => {
    const relays = await Promise.all([nodes.relay(), nodes.relay()])
    const peer = await nodes.peer({ relays: relays.map(({ address }) => address) })

    await eventually(() => { expect(advertised(peer)).toHaveLength(2) })

    for (const [dies, stays] of [relays, relays.toReversed()] as Array<typeof relays>) {
      await dies.stop()
      await eventually(() => { expect(advertised(peer)).toEqual([stays.address.toString()]) })
      await nodes.call(peer, stays)
      await dies.start()
      await eventually(() => { expect(advertised(peer)).toHaveLength(2) })
      await nodes.call(peer, dies)
    }

    expect(peer.told.filter(type => type === 'reachable')).toHaveLength(1)
    expect(peer.told).not.toContain('unreachable')
    expect(peer.told.filter(type => type === 'relay:lost')).toHaveLength(2)
  })

  it('holds a third in place of one that dies, and does not tear it down when that one is back', async () => {
    const relays = await Promise.all([nodes.relay(), nodes.relay(), nodes.relay()])
    const environment = new HandMovedEnvironment()
    const peer = await nodes.peer({ relays: relays.map(({ address }) => address), environment })

    await eventually(() => { expect(peer.reachability.relays.map(({ state }) => state)).toEqual(['held', 'held', 'idle']) })

    const first = relays.find(({ node }) => node.peerId.equals(peer.reachability.relays[0]!.relay))!

    await first.stop()
    await eventually(() => {
      goOn(peer, environment)
      expect(peer.reachability.relays.map(({ state }) => state)).toEqual(['idle', 'held', 'held'])
    })
    await first.start()
    await environment.pass(60_000)
    expect(first.node.getConnections()).toEqual([])
    expect(peer.told).not.toContain('unreachable')
    expect(advertised(peer)).toHaveLength(2)
  })
})

describe('what happens to relays', () => {
  it('is counted, and told whatever a listener does with it', async () => {
    const counted: string[] = []
    const count = (values: Record<string, unknown>): void => { counted.push(...Object.keys(values)) }
    const relay = await nodes.relay()
    const peer = await nodes.peer({ environment: new HandMovedEnvironment(), metrics: { registerCounterGroup: () => ({ increment: count, reset: () => {} }) } })

    peer.reachability.addEventListener('relay:held', () => { throw new Error('the app fails') })
    peer.reachability.addRelay(relay.address)
    await peer.reachability.untilReachable()
    await relay.stop()
    await eventually(() => { expect(peer.told).toEqual(['relay:held', 'reachable', 'relay:lost', 'unreachable']) })
    peer.reachability.tryNow()
    await untilFailed(peer, 1)
    expect(counted).toEqual(['held', 'lost', 'failed'])
  })
})

describe('many losses', () => {
  it('leave nothing behind', async () => {
    const relay = await nodes.relay()
    const environment = new HandMovedEnvironment()
    const peer = await nodes.peer({ relays: [relay.address], environment })
    const { events, transportManager } = peer.components
    const transport = transportManager.getTransports().find(other => other[Symbol.toStringTag].includes('circuit'))
    const store = Reflect.get(transport!, 'reservationStore')
    const types = ['connection:open', 'connection:close', 'transport:listening', 'transport:close', 'self:peer:update'] as const
    const count = (): unknown => ({
      listeners: transportManager.getListeners().length,
      events: types.map(type => events.listenerCount(type)),
      store: ['relay:removed', 'relay:created-reservation'].map(type => store.listenerCount(type)),
      timers: environment.pendingTimers
    })

    await peer.reachability.untilReachable()

    // the look at the clock
    await eventually(() => { expect(environment.pendingTimers).toBe(1) })

    const before = count()

    for (let loss = 1; loss <= 100; loss++) {
      for (const connection of relay.node.getConnections(peer.node.peerId)) {
        await connection.close()
      }

      await eventually(() => { expect(peer.told.filter(type => type === 'unreachable')).toHaveLength(loss) })
      await eventually(() => {
        goOn(peer, environment)
        expect(peer.reachability.isReachable).toBe(true)
      })
    }

    await eventually(() => { expect(count()).toEqual(before) })
    await nodes.stop(peer.node)
    expect(environment.pendingTimers).toBe(0)
    expect(store.listenerCount('relay:removed')).toBe(0)
    expect(events.listenerCount('transport:close')).toBe(1)
  })
})
