import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import type { CircuitRelayServerInit } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { afterEach, vi } from 'vitest'
import { links } from '../../src/link/index.ts'
import type { Link, LinkComponents, Links } from '../../src/link/index.ts'
import { RecordingListener } from './recording-listener.ts'

/** A libp2p node with links, whose time is the machine's. */
export interface RelayedNode {
  readonly libp2p: Libp2p<{ identify: Identify, links: Links }>
  readonly links: Links
  readonly listener: RecordingListener
  /** Where it can be reached without a relay. */
  readonly ownAddress: string
  /** The link to another node. */
  to(other: RelayedNode): Link
}

const running = new Set<Libp2p>()

afterEach(async () => {
  const nodes = [...running]

  running.clear()
  await Promise.all(nodes.map(async node => { await node.stop() }))
})

/** A stock circuit relay, and its address. */
export async function startRelay (reservations: NonNullable<CircuitRelayServerInit['reservations']>): Promise<{ libp2p: Libp2p, address: string }> {
  const libp2p = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { inboundConnectionThreshold: 1_000 },
    services: { identify: identify(), relay: circuitRelayServer({ reservations }) }
  })

  running.add(libp2p)

  return { libp2p, address: libp2p.getMultiaddrs()[0]!.toString() }
}

/** A node that is reached by way of this relay, and by an address of its own that nobody is told. */
export async function startRelayed (relay: string): Promise<RelayedNode> {
  const listener = new RecordingListener()
  let ownAddress = ''
  const libp2p = await createLibp2p({
    addresses: {
      listen: ['/ip4/127.0.0.1/tcp/0/ws', `${relay}/p2p-circuit`],
      announceFilter: (addresses) => {
        ownAddress = addresses.find(address => !isRelayed(address))?.toString() ?? ownAddress

        return addresses.filter(isRelayed)
      }
    },
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: { inboundConnectionThreshold: 1_000 },
    services: {
      identify: identify(),
      links: (components: LinkComponents) => links({ listener })(components)
    }
  })

  running.add(libp2p)

  return { libp2p, links: libp2p.services.links, listener, ownAddress, to: other => libp2p.services.links.to(other.libp2p.peerId) }
}

/** Two that know each other's relayed addresses; the first has the lower peer id. */
export async function startTwoRelayed (relay: string): Promise<[RelayedNode, RelayedNode]> {
  return await introduce(await Promise.all([startRelayed(relay), startRelayed(relay)]))
}

/** Lets two know each other's relayed addresses; of what is given back the first has the lower peer id. */
export async function introduce (nodes: RelayedNode[]): Promise<[RelayedNode, RelayedNode]> {
  const [a, b] = nodes.toSorted((one, other) =>
    Buffer.compare(one.libp2p.peerId.toMultihash().bytes, other.libp2p.peerId.toMultihash().bytes)) as [RelayedNode, RelayedNode]

  await a.libp2p.peerStore.merge(b.libp2p.peerId, { multiaddrs: b.libp2p.getMultiaddrs() })
  await b.libp2p.peerStore.merge(a.libp2p.peerId, { multiaddrs: a.libp2p.getMultiaddrs() })

  return [a, b]
}

/** Resolves when something is so, within half a minute. */
export async function eventually (condition: () => void): Promise<void> {
  await vi.waitFor(condition, { timeout: 30_000, interval: 20 })
}

function isRelayed (address: Multiaddr): boolean {
  return address.toString().includes('/p2p-circuit')
}
