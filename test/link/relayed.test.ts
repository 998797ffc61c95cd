import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { Conversation } from './conversation.ts'
import { standsOnUnlimited, streamsOf } from './nodes.ts'
import { eventually, introduce, startRelay, startRelayed, startTwoRelayed } from './relayed-nodes.ts'
import type { RelayedNode } from './relayed-nodes.ts'

/** Counts the connections to the other that a node had so far, from now on. */
function countConnections (node: RelayedNode, other: RelayedNode): () => number {
  let opened = 0

  node.libp2p.addEventListener('connection:open', ({ detail }) => {
    if (detail.remotePeer.equals(other.libp2p.peerId)) {
      opened++
    }
  })

  return () => opened
}

describe('a link over a stock relay', () => {
  it('makes one relayed connection, and opens every further stream on that', async () => {
    const { address } = await startRelay({})
    const [a, b] = await startTwoRelayed(address)
    const opened = countConnections(a, b)

    a.to(b).setOwed(true)

    for (let ups = 1; ups <= 4; ups++) {
      await eventually(() => { expect(a.listener.ups).toBe(ups) })
      streamsOf(a, b)[0]!.abort(new Error('lost'))
    }

    expect(opened()).toBe(1)
    expect(a.libp2p.getConnections(b.libp2p.peerId)[0]!.limits).toBeDefined()
  })

  it.for([
    { limit: 'time', reservations: { defaultDurationLimit: 1_000 }, bytes: 10 },
    { limit: 'bytes', reservations: { defaultDataLimit: 65_536n }, bytes: 2_000 }
  ])('loses nothing although the relay cuts it again and again for its limit of $limit', async ({ reservations, bytes }) => {
    const { address } = await startRelay(reservations)
    const [a, b] = await startTwoRelayed(address)
    const conversation = new Conversation(a, b)

    conversation.start()
    await conversation.goesOn(bytes, () => Math.min(a.listener.downs, b.listener.downs) >= 4)

    await eventually(() => { expect(conversation.unanswered.size).toBe(0) })
    expect([...a.listener.failures, ...b.listener.failures]).toEqual([])
  })

  it('goes on by way of another relay when one dies', async () => {
    const relays = await Promise.all([startRelay({}), startRelay({})])
    const nodes = await Promise.all(relays.map(async ({ address }) => await startRelayed(address)))
    const [a, b] = await introduce(nodes)
    const conversation = new Conversation(a, b)
    const ways = (): string[] => a.libp2p.getConnections(b.libp2p.peerId).map(({ remoteAddr }) => remoteAddr.toString())

    // by way of the relay of one or of the other
    a.to(b).setOwed(true)
    await eventually(() => { expect(a.to(b).isUp && b.to(a).isUp).toBe(true) })
    conversation.start()

    const dying = relays.find(({ address }) => ways()[0]!.startsWith(address))!

    await dying.libp2p.stop()
    await conversation.goesOn(10, () => ways().some(way => !way.startsWith(dying.address)) && a.to(b).isUp)
    await eventually(() => { expect(conversation.unanswered.size).toBe(0) })
  })

  it.for(['one', 'the other', 'both'])('moves to a direct connection as soon as %s of the two has made one, and is never down', async (who) => {
    const { address } = await startRelay({})
    const [a, b] = await startTwoRelayed(address)
    const conversation = new Conversation(a, b)

    conversation.start()
    await eventually(() => { expect(a.to(b).isUp && b.to(a).isUp).toBe(true) })
    expect(standsOnUnlimited(a, b)).toBe(false)

    await Promise.all([
      who === 'the other' ? undefined : a.libp2p.dial(multiaddr(b.ownAddress)),
      who === 'one' ? undefined : b.libp2p.dial(multiaddr(a.ownAddress))
    ])
    await conversation.goesOn(10, () => standsOnUnlimited(a, b) && standsOnUnlimited(b, a))

    await eventually(() => { expect(conversation.unanswered.size).toBe(0) })
    expect(a.listener.downs + b.listener.downs).toBe(0)
    // the relayed one is kept
    expect(a.libp2p.getConnections(b.libp2p.peerId).some(({ limits }) => limits != null)).toBe(true)
  })

  it('verifies a peer whose other connection goes, and stays up with it', async () => {
    const { address } = await startRelay({})
    const [a, b] = await startTwoRelayed(address)

    const conversation = new Conversation(a, b)

    conversation.start()
    await eventually(() => { expect(a.to(b).isUp && b.to(a).isUp).toBe(true) })
    await a.libp2p.dial(multiaddr(b.ownAddress))
    await conversation.goesOn(10, () => standsOnUnlimited(a, b) && standsOnUnlimited(b, a))
    await eventually(() => { expect(conversation.unanswered.size).toBe(0) })

    const ups = [a, b].map(({ listener }) => listener.ups)
    const downs = [a, b].map(({ listener }) => listener.downs)
    const [stands] = streamsOf(a, b)

    a.libp2p.getConnections(b.libp2p.peerId).find(({ limits }) => limits != null)!.abort(new Error('cut'))
    await eventually(() => { expect(a.listener.ups).toBeGreaterThan(ups[0]!) })
    await conversation.goesOn(10, () => standsOnUnlimited(a, b) && standsOnUnlimited(b, a) && streamsOf(a, b)[0] !== stands)
    await eventually(() => { expect(conversation.unanswered.size).toBe(0) })

    expect(b.listener.ups).toBeGreaterThan(ups[1]!)
    expect([a, b].map(({ listener }) => listener.downs)).toEqual(downs)
  })
})
