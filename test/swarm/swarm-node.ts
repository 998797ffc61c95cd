import { noise } from '@chainsafe/libp2p-noise'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { plaintext } from '@libp2p/plaintext'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { PATIENCE } from './until.ts'
import type { Presence, PresenceComponents } from '../../src/presence/index.ts'
import type { GossipSub, GossipsubOpts } from '@libp2p/gossipsub'
import type { Identify } from '@libp2p/identify'
import type { Libp2p, PeerId, StreamMuxerFactory } from '@libp2p/interface'

export type SwarmServices = { identify: Identify, pubsub: GossipSub, presence: Presence }

export interface SwarmNodeInit {
  readonly transport: 'memory' | 'websockets'
  readonly gossipsub: Partial<GossipsubOpts>
  readonly presence: (components: PresenceComponents) => Presence
  /** In place of plain yamux. */
  readonly muxer?: () => StreamMuxerFactory
}

/** What has become of a node: it was cut off without a word, or stopped as an app does. */
export type NodeState = 'running' | 'killed' | 'stopped'

let memoryAddresses = 0

/** A real libp2p node as an app would have it, that can also be killed. */
export class SwarmNode {
  readonly libp2p: Libp2p<SwarmServices>
  /** Its peer id. */
  readonly id: string
  readonly #gate: { open: boolean }
  #state: NodeState = 'running'

  private constructor (libp2p: Libp2p<SwarmServices>, gate: { open: boolean }) {
    this.libp2p = libp2p
    this.id = libp2p.peerId.toString()
    this.#gate = gate
  }

  static async start ({ transport, gossipsub: gossip, presence, muxer = yamux() }: SwarmNodeInit): Promise<SwarmNode> {
    const gate = { open: true }
    const isShut = (): boolean => !gate.open
    const libp2p = await createLibp2p({
      addresses: { listen: [transport === 'memory' ? `/memory/swarm-${memoryAddresses++}` : '/ip4/127.0.0.1/tcp/0/ws'] },
      transports: [transport === 'memory' ? memory() : webSockets()],
      // within a process there is nobody to hide anything from, and one does the work of all
      connectionEncrypters: [transport === 'memory' ? plaintext() : noise()],
      streamMuxers: [muxer],
      connectionMonitor: { enabled: false },
      connectionGater: {
        denyDialPeer: isShut,
        denyDialMultiaddr: isShut,
        denyInboundConnection: isShut,
        denyInboundUpgradedConnection: isShut,
        denyOutboundUpgradedConnection: isShut
      },
      // all peers are on one address, and a busy machine may take its time
      connectionManager: {
        inboundConnectionThreshold: Infinity,
        maxIncomingPendingConnections: Infinity,
        dialTimeout: PATIENCE,
        addressDialTimeout: PATIENCE,
        inboundUpgradeTimeout: PATIENCE,
        inboundStreamProtocolNegotiationTimeout: PATIENCE,
        outboundStreamProtocolNegotiationTimeout: PATIENCE
      },
      services: { identify: identify({ timeout: PATIENCE }), pubsub: gossipsub(gossip), presence }
    })

    return new SwarmNode(libp2p, gate)
  }

  get state (): NodeState {
    return this.#state
  }

  get presence (): Presence {
    return this.libp2p.services.presence
  }

  get neighbours (): PeerId[] {
    return this.libp2p.getPeers()
  }

  /** The peer ids on its roster. */
  get roster (): string[] {
    return this.presence.list().map(({ peer }) => peer.toString())
  }

  async dial (node: SwarmNode): Promise<void> {
    await this.libp2p.dial(node.libp2p.getMultiaddrs())
  }

  /**
   * As if its process had died: all its connections break, it says nothing more, and whoever dials it is turned away. What is
   * left of it is cleared up out of sight; resolves when it is.
   *
   * On the memory transport only: a websocket that libp2p (3.3.11) aborts stays open, and the other side hears nothing.
   * There a process of its own is what can be killed: see `LonePeer`.
   */
  async kill (): Promise<void> {
    this.#state = 'killed'
    this.#gate.open = false

    for (const connection of this.libp2p.getConnections()) {
      connection.abort(new Error('this peer was killed'))
    }

    await this.libp2p.stop()
  }

  /** As an app does it. */
  async stop (): Promise<void> {
    this.#state = 'stopped'
    await this.libp2p.stop()
  }

  /** Publishes nothing from now on: when a whole swarm is stopped, the goodbyes of all to all would take minutes. */
  mute (): void {
    Object.assign(this.libp2p.services.pubsub, { publish: async () => ({ recipients: [] }) })
  }
}
