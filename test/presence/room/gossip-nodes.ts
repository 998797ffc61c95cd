import { noise } from '@chainsafe/libp2p-noise'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, vi } from 'vitest'
import { gossipsubPreset } from '../../../src/presence/gossipsub-preset.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Identify, IdentifyInit } from '@libp2p/identify'
import type { Connection, Libp2p, Libp2pEvents, PeerId, PeerStore, Stream, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'

/** What a service would be given of the node. */
export interface Components {
  peerId: PeerId
  events: TypedEventTarget<Libp2pEvents>
  connectionManager: ConnectionManager
  peerStore: PeerStore
  identify: Identify
  pubsub: GossipSub
}

/** A peer that gossips, and knows nothing of presence. */
export type GossipNode = Libp2p<{ identify: Identify, pubsub: GossipSub }> & { readonly components: Components }

/** How long anything may take, milliseconds, before a test is given up. */
const PATIENCE = 30_000

let addresses = 0
const running = new Set<Libp2p>()

/** A started node on the memory transport that is stopped after the test. */
export async function startGossipNode (identifyInit: IdentifyInit = {}): Promise<GossipNode> {
  let components: Components | undefined
  const node = await createLibp2p({
    addresses: { listen: [`/memory/gossip-${addresses++}`] },
    transports: [memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { inboundConnectionThreshold: Infinity, maxIncomingPendingConnections: Infinity },
    services: {
      identify: identify({ timeout: PATIENCE, ...identifyInit }),
      pubsub: gossipsub(gossipsubPreset()),
      spy: (given: Components) => {
        components = given

        return {}
      }
    }
  })

  running.add(node)

  return Object.assign(node, { components: components! })
}

afterEach(async () => {
  const nodes = [...running]

  running.clear()
  await Promise.all(nodes.map(async node => node.stop()))
})

/** Waits for as long as a busy machine may need. */
export async function eventually (holds: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(holds, { timeout: PATIENCE, interval: 20 })
}

/** The streams of gossipsub that a node has with another, on all connections or on one. */
export function gossipStreams (node: GossipNode, other: GossipNode, direction: Stream['direction'], connections: Connection[] = node.getConnections(other.peerId)): Stream[] {
  return connections.flatMap(({ streams }) => streams).filter(stream => stream.protocol.startsWith('/meshsub/') && stream.direction === direction)
}
