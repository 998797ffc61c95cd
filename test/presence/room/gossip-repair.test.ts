import { defaultLogger } from '@libp2p/logger'
import { TypedEventEmitter } from 'main-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { GossipRepair } from '../../../src/presence/room/gossip-repair.ts'
import { turn } from '../../environment/event-loop.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { eventually, gossipStreams, startGossipNode } from './gossip-nodes.ts'
import { somebody } from '../record/records.ts'
import type { GossipNode } from './gossip-nodes.ts'
import type { Connection, IdentifyResult, Libp2pEvents, PeerId, Stream, TypedEventTarget } from '@libp2p/interface'

const TOPIC = 'room'
const MESHSUB = '/meshsub/1.2.0'

/** Whether what the one says comes to the other at once. */
async function hears (hearer: GossipNode, speaker: GossipNode): Promise<boolean> {
  const word = `${speaker.peerId.toString()} ${Math.random()}`
  const heard = Promise.withResolvers<boolean>()

  hearer.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }) => {
    if (new TextDecoder().decode(msg.data) === word) {
      heard.resolve(true)
    }
  })
  await speaker.services.pubsub.publish(TOPIC, new TextEncoder().encode(word))

  return Promise.race([heard.promise, new Promise<boolean>(resolve => { setTimeout(() => { resolve(false) }, 200) })])
}

describe('gossip between two peers', () => {
  let a: GossipNode
  let b: GossipNode
  let environment: HandMovedEnvironment

  beforeEach(() => { environment = new HandMovedEnvironment() })

  async function connected (runOnConnectionOpen = true): Promise<Connection> {
    [a, b] = [await startGossipNode({ runOnConnectionOpen }), await startGossipNode({ runOnConnectionOpen })]

    for (const node of [a, b]) {
      node.services.pubsub.subscribe(TOPIC)
    }

    return a.dial(b.getMultiaddrs())
  }

  /** Of the two, only `a` repairs. */
  function repairing (): GossipRepair {
    const run = new AbortController()
    const repair = new GossipRepair(a.components, environment, defaultLogger().forComponent('test'))

    repair.start(run.signal)
    a.addEventListener('stop', () => { run.abort() })

    return repair
  }

  /** Waits until each hears the other. */
  async function goesBothWays (): Promise<boolean> {
    await eventually(async () => {
      expect([await hears(a, b), await hears(b, a)]).toEqual([true, true])
    })

    return true
  }

  async function isSilent (): Promise<void> {
    await eventually(async () => {
      expect([await hears(a, b), await hears(b, a)]).toContain(false)
    })
  }

  it('goes on when the older of two connections closes', async () => {
    const older = await connected()
    const identified = [0, 0]

    for (const [index, node] of [a, b].entries()) {
      node.addEventListener('peer:identify', () => { identified[index]!++ })
    }

    repairing()
    await goesBothWays()
    await a.dial(b.getMultiaddrs(), { force: true })
    // while the newer one is still being identified, gossipsub would find it without our help
    await eventually(() => { expect(Math.min(...identified)).toBeGreaterThan(1) })
    await older.close()
    expect(await goesBothWays()).toBe(true)
  })

  it('begins, though both failed to identify the other when they connected', async () => {
    await connected(false)
    repairing()
    await isSilent()
    expect(a.services.pubsub.getPeers()).toEqual([])

    environment.advance(20_000)
    expect(await goesBothWays()).toBe(true)
  })

  it.each<[string, () => Stream[]]>([
    ['its own stream', () => gossipStreams(a, b, 'outbound')],
    ['the other’s stream', () => gossipStreams(a, b, 'inbound')],
    ['its own stream, at the other side', () => gossipStreams(b, a, 'inbound')],
    ['the other’s stream, at the other side', () => gossipStreams(b, a, 'outbound')]
  ])('goes on after a reset of %s', async (_, streams) => {
    await connected()
    repairing()
    await goesBothWays()

    for (const stream of streams()) {
      stream.abort(new Error('broken'))
    }

    await isSilent()
    environment.advance(20_000)
    expect(await goesBothWays()).toBe(true)
  })

  it('goes on after its own stream was closed', async () => {
    await connected()
    repairing()
    await goesBothWays()
    await Promise.all(gossipStreams(a, b, 'outbound').map(async stream => stream.close()))
    await isSilent()
    environment.advance(20_000)
    expect(await goesBothWays()).toBe(true)
  })

  it.each<[string, () => void]>([
    ['this side reads no more', () => { gossipStreams(a, b, 'inbound').forEach(stream => { stream.pause() }) }],
    ['the other side reads no more', () => { gossipStreams(b, a, 'inbound').forEach(stream => { stream.pause() }) }],
    ['the other side has closed its stream', () => { void Promise.all(gossipStreams(b, a, 'outbound').map(async stream => stream.close())) }]
  ])('begins anew when it is found that nothing comes, since %s', async (_, fallSilent) => {
    await connected()

    const repair = repairing()

    await goesBothWays()
    fallSilent()
    await isSilent()
    environment.advance(100_000)
    await isSilent()
    repair.repair(b.peerId)
    expect(await goesBothWays()).toBe(true)
  })

  it('is left alone where it goes', async () => {
    await connected()
    repairing()
    await goesBothWays()

    const streams = [...gossipStreams(a, b, 'outbound'), ...gossipStreams(a, b, 'inbound')]
    const identify = vi.spyOn(a.components.identify, 'identify')

    environment.advance(1_000_000)
    await goesBothWays()
    expect([...gossipStreams(a, b, 'outbound'), ...gossipStreams(a, b, 'inbound')]).toEqual(streams)
    expect(identify).not.toHaveBeenCalled()
  })
})

describe('the repair of gossip', () => {
  let peer: PeerId
  let protocols: string[]
  let events: TypedEventTarget<Libp2pEvents>
  let environment: HandMovedEnvironment
  let connections: Connection[]
  let identify: ReturnType<typeof vi.fn<(connection: Connection) => Promise<unknown>>>
  let run: AbortController
  let repair: GossipRepair
  let resets: Map<Stream, number>
  /** Whom gossipsub knows. */
  let gossiping: PeerId[]

  beforeEach(async () => {
    peer = (await somebody()).peer
    protocols = [MESHSUB]
    events = new TypedEventEmitter()
    environment = new HandMovedEnvironment()
    connections = []
    gossiping = [peer]
    resets = new Map()
    identify = vi.fn<(connection: Connection) => Promise<unknown>>().mockResolvedValue(undefined)
    run = new AbortController()
    repair = new GossipRepair({
      events,
      connectionManager: { getConnections: (of?: PeerId) => connections.filter(({ remotePeer }) => of == null || of.equals(remotePeer)) },
      // of a peer in the store, the repair looks at these
      peerStore: { get: async () => Object.assign(Object.create(null), { protocols }) },
      identify: { identify },
      pubsub: { getPeers: () => gossiping }
    }, environment, defaultLogger().forComponent('test'))
    repair.start(run.signal)
  })

  /** Of a connection, and of a stream, the repair looks at these. */
  function connection (status: Connection['status'], { streams = [], isLimited = false }: { streams?: Stream[], isLimited?: boolean } = {}): Connection {
    return Object.assign(Object.create(null), { remotePeer: peer, status, streams, ...(isLimited ? { limits: {} } : {}) })
  }

  function stream (changes: Partial<Stream> = {}): Stream {
    const made: Stream = Object.assign(Object.create(null), {
      protocol: MESHSUB,
      direction: 'outbound',
      writeStatus: 'writable',
      abort: () => { resets.set(made, timesReset(made) + 1) },
      ...changes
    })

    return made
  }

  function timesReset (of: Stream): number {
    return resets.get(of) ?? 0
  }

  function close (): void {
    events.dispatchEvent(new CustomEvent('connection:close', { detail: connection('closed') }))
  }

  function identified (): void {
    events.dispatchEvent(new CustomEvent<IdentifyResult>('peer:identify', { detail: Object.assign(Object.create(null), { peerId: peer }) }))
  }

  describe('when a connection closes', () => {
    it('identifies the peer over one that is open', async () => {
      connections = [connection('closing'), connection('open')]
      close()
      await turn()

      expect(identify).toHaveBeenCalledExactlyOnceWith(connections[1])
    })

    it('takes a direct connection before a relayed one', async () => {
      connections = [connection('open', { isLimited: true }), connection('open')]
      close()
      await turn()

      expect(identify).toHaveBeenCalledExactlyOnceWith(connections[1])
    })

    it('has a peer that gossipsub forgot by it begin anew, since what that one had subscribed to is forgotten too', async () => {
      const [incoming, outgoing] = [stream({ direction: 'inbound' }), stream()]

      gossiping = []
      connections = [connection('open', { streams: [incoming, outgoing] })]
      close()
      await turn()

      expect([incoming, outgoing].map(timesReset)).toEqual([1, 0])
      expect(identify).toHaveBeenCalledTimes(1)
    })

    it('resets nothing of a peer that gossipsub still knows', async () => {
      const incoming = stream({ direction: 'inbound' })

      connections = [connection('open', { streams: [incoming] })]
      close()
      await turn()

      expect(timesReset(incoming)).toBe(0)
      expect(identify).toHaveBeenCalledTimes(1)
    })

    it('does nothing when none is left', async () => {
      connections = [connection('closing')]
      close()
      await turn()

      expect(identify).not.toHaveBeenCalled()
    })

    it('leaves alone what is closed by the same event, as all is that a lost relay had relayed', async () => {
      connections = [connection('open')]
      close()
      connections = [connection('closed')]
      await turn()

      expect(identify).not.toHaveBeenCalled()
    })

    it('tries three times, a second apart', async () => {
      identify.mockRejectedValue(new Error('busy'))
      connections = [connection('open', { streams: [stream()] })]
      close()
      await environment.pass(999)
      expect(identify).toHaveBeenCalledTimes(1)

      await environment.pass(60_000)
      expect(identify).toHaveBeenCalledTimes(3)
    })
  })

  describe('of a neighbour to whom no gossip can go', () => {
    beforeEach(() => {
      connections = [connection('open')]
      identified()
    })

    it('begins when it is found so twice, and is tried thrice', async () => {
      await environment.pass(19_999)
      expect(identify).not.toHaveBeenCalled()
      await environment.pass(1)
      expect(identify).toHaveBeenCalledTimes(1)
      await environment.pass(29_999)
      expect(identify).toHaveBeenCalledTimes(1)
      await environment.pass(1)
      expect(identify).toHaveBeenCalledTimes(2)
      await environment.pass(89_999)
      expect(identify).toHaveBeenCalledTimes(2)
      await environment.pass(1)
      expect(identify).toHaveBeenCalledTimes(3)
      await environment.pass(10_000_000)
      expect(identify).toHaveBeenCalledTimes(3)
    })

    it('begins with new hope when it connects again', async () => {
      await environment.pass(1_000_000)
      events.dispatchEvent(new CustomEvent('peer:disconnect', { detail: peer }))
      await environment.pass(1_000_000)

      expect(identify).toHaveBeenCalledTimes(6)
    })

    it('does not begin for a silence that was over in between', async () => {
      await environment.pass(10_000)
      connections = [connection('open', { streams: [stream()] })]
      await environment.pass(10_000)
      connections = [connection('open')]
      await environment.pass(10_000)
      expect(identify).not.toHaveBeenCalled()
    })

    it('is left undone if it speaks no gossip, unless it could not be identified', async () => {
      protocols = ['/ipfs/id/1.0.0']
      await environment.pass(100_000)
      expect(identify).not.toHaveBeenCalled()

      events.dispatchEvent(new CustomEvent('peer:disconnect', { detail: peer }))
      await environment.pass(20_000)
      expect(identify).toHaveBeenCalledTimes(1)
    })

    it.each([
      ['from the other side', { direction: 'inbound' }],
      ['that is closed for writing', { writeStatus: 'closed' }],
      ['of another protocol', { protocol: '/libp2p-invitation/presence/1.0.0' }]
    ] as const)('does not take a stream %s for gossip that goes', async (_, changes) => {
      connections = [connection('open', { streams: [stream(changes)] })]
      await environment.pass(20_000)
      expect(identify).toHaveBeenCalledTimes(1)
    })

    it('resets what is no good, and nothing else', async () => {
      const [closed, inbound, other] = [stream({ writeStatus: 'closed' }), stream({ direction: 'inbound' }), stream({ protocol: '/other', writeStatus: 'closed' })]

      connections = [connection('open', { streams: [closed, inbound, other] })]
      await environment.pass(20_000)
      expect([closed, inbound, other].map(timesReset)).toEqual([1, 0, 0])
    })
  })

  describe('that is asked for', () => {
    it('resets all streams of gossip, and identifies', async () => {
      const [outbound, inbound, other] = [stream(), stream({ direction: 'inbound' }), stream({ protocol: '/other' })]

      connections = [connection('open', { streams: [outbound, inbound, other] })]
      repair.repair(peer)
      await turn()

      expect([outbound, inbound, other].map(timesReset)).toEqual([1, 1, 0])
      expect(identify).toHaveBeenCalledTimes(1)
    })

    it('is done thrice at most, however often it is asked for', async () => {
      connections = [connection('open', { streams: [stream()] })]

      for (let second = 0; second < 1_000; second++) {
        repair.repair(peer)
        await environment.pass(1_000)
      }

      expect(identify).toHaveBeenCalledTimes(3)
    })

    it('is not done for somebody who is not connected, which counts for nothing', async () => {
      repair.repair(peer)
      connections = [connection('open')]
      repair.repair(peer)
      await turn()
      expect(identify).toHaveBeenCalledTimes(1)
    })
  })

  it('ends with its run', async () => {
    identify.mockRejectedValue(new Error('busy'))
    connections = [connection('open')]
    close()
    await environment.pass(500)
    run.abort()
    close()
    repair.repair(peer)
    await environment.pass(100_000)

    expect(identify).toHaveBeenCalledTimes(1)
    expect(environment.pendingTimers).toBe(0)
  })
})
