import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import type { Identify } from '@libp2p/identify'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { memory } from '@libp2p/memory'
import { AbstractMultiaddrConnection } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { compare } from 'uint8arrays/compare'
import { afterEach, vi } from 'vitest'
import { links } from '../../src/link/index.ts'
import type { Link, LinkComponents, LinksInit, Links } from '../../src/link/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { RecordingListener } from './recording-listener.ts'

export const PROTOCOL = '/libp2p-invitation/invitation/1.0.0'

/** A libp2p node with links, whose time stands still. */
export interface LinkNode {
  readonly libp2p: Libp2p<{ identify: Identify, links: Links }>
  readonly links: Links
  readonly listener: RecordingListener
  readonly environment: HandMovedEnvironment
  /** The link to another node. */
  to(other: LinkNode): Link
}

let addresses = 0
const running = new Set<Libp2p>()

export async function startNode (init: Partial<LinksInit> = {}): Promise<LinkNode> {
  const listener = new RecordingListener()
  const environment = new HandMovedEnvironment()
  const libp2p = await createLibp2p({
    addresses: { listen: [`/memory/link-${addresses++}`] },
    transports: [memory()],
    connectionEncrypters: [noise()],
    // as it is at first, and never more: so tests need not say megabytes to fill it
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: 262_144 } })],
    connectionMonitor: { enabled: false },
    services: {
      identify: identify(),
      links: (components: LinkComponents) => links({ listener, ...init })(components, environment)
    }
  })

  running.add(libp2p)

  return { libp2p, links: libp2p.services.links, listener, environment, to: other => libp2p.services.links.to(other.libp2p.peerId) }
}

afterEach(async () => {
  const nodes = [...running]

  running.clear()
  await Promise.all(nodes.map(async node => { await node.stop() }))
})

/** Two nodes that know each other's addresses; the first has the lower peer id. */
export async function startTwo (init: Partial<LinksInit> = {}): Promise<[LinkNode, LinkNode]> {
  const nodes = await Promise.all([startNode(init), startNode(init)])

  nodes.sort((one, other) => compare(one.libp2p.peerId.toMultihash().bytes, other.libp2p.peerId.toMultihash().bytes))

  const [a, b] = nodes

  await a.libp2p.peerStore.merge(b.libp2p.peerId, { multiaddrs: b.libp2p.getMultiaddrs() })
  await b.libp2p.peerStore.merge(a.libp2p.peerId, { multiaddrs: a.libp2p.getMultiaddrs() })

  return [a, b]
}

/** Two nodes, and the link of the first to the second, which is up on both sides. */
export async function startLinked (init: Partial<LinksInit> = {}): Promise<{ a: LinkNode, b: LinkNode, link: Link }> {
  const [a, b] = await startTwo(init)
  const link = a.to(b)

  link.setOwed(true)
  await vi.waitFor(() => {
    if (!link.isUp || !b.to(a).isUp) {
      throw new Error('not up on both sides')
    }
  }, { timeout: 10_000 })

  return { a, b, link }
}

/** The streams of our protocol that a node has, to all peers or to one. */
export function streamsOf (node: { libp2p: Libp2p }, other?: { libp2p: Libp2p }): Stream[] {
  return node.libp2p.getConnections(other?.libp2p.peerId)
    .flatMap(connection => connection.streams)
    .filter(({ protocol, status }) => protocol === PROTOCOL && (status === 'open' || status === 'closing'))
}

/** Whether a node has one stream to the other, on a connection without limits. */
export function standsOnUnlimited (node: { libp2p: Libp2p }, other: { libp2p: Libp2p }): boolean {
  const streams = streamsOf(node, other)

  return streams.length === 1 && node.libp2p.getConnections(other.libp2p.peerId)
    .some(connection => connection.limits == null && connection.streams.includes(streams[0]!))
}

/** From now on nothing that this end of the connection sends arrives, and nobody is told: as when a cable is pulled. */
export function swallow (connection: Connection): void {
  const transport: unknown = Reflect.get(connection, 'maConn')

  if (!(transport instanceof AbstractMultiaddrConnection)) {
    throw new TypeError('libp2p keeps the transport of a connection elsewhere')
  }

  transport.sendData = ({ byteLength }) => ({ sentBytes: byteLength, canSendMore: true })
  transport.sendReset = () => {}
  transport.sendClose = async () => {}
}
