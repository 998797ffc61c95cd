import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPeer } from '../../src/peer/index.ts'
import { createRelay } from '../../src/relay/index.ts'
import type { Peer } from '../../src/peer/index.ts'

/** How long anything may take on a busy machine, milliseconds. */
const PATIENCE = { timeout: 30_000 }

const running = new Set<{ stop(): Promise<void> | void }>()

async function keep<T extends { stop(): Promise<void> | void }> (made: Promise<T>): Promise<T> {
  const node = await made

  running.add(node)

  return node
}

afterEach(async () => {
  await Promise.all([...running].map(async node => { await node.stop() }))
  running.clear()
})

/** The relays by which `peer` would dial another. */
async function relaysTo (other: Peer, peer: Peer): Promise<Set<string>> {
  const { addresses } = await peer.peerStore.get(other.peerId)

  return new Set(addresses.map(({ multiaddr }) => multiaddr.toString().split('/p2p-circuit')[0]!))
}

describe('a peer behind two relays, one of which is being started anew', () => {
  it('is still known by both to whoever it rang meanwhile, since it does not announce what will be back in a moment', async () => {
    const north = await keep(createRelay({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] }))
    const south = await keep(createRelay({ listen: ['/ip4/127.0.0.1/tcp/0/ws'], peers: north.addresses.map(String) }))
    const relays = [...north.addresses, ...south.addresses].map(String)
    const ada = await keep(createPeer({ relays, rooms: ['my-app'] }))
    const ben = await keep(createPeer({ relays, rooms: ['my-app'] }))

    await vi.waitFor(async () => { expect(await relaysTo(ben, ada)).toEqual(new Set(relays)) }, PATIENCE)
    await north.stop()
    running.delete(north)
    await vi.waitFor(() => { expect(ben.getMultiaddrs().join(' ')).not.toContain(north.peerId.toString()) }, PATIENCE)

    const local = await ada.services.invitation.invite(ben.peerId)

    // the two have told each other who they are, and that they have one address only
    await vi.waitFor(() => { expect(local.state).toBe('ringing') }, PATIENCE)
    await vi.waitFor(async () => { expect(await relaysTo(ben, ada)).toEqual(new Set(relays)) }, PATIENCE)
  })
})
