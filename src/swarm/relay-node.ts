import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { plaintext } from '@libp2p/plaintext'
import { createLibp2p } from 'libp2p'
import { createFollowing } from '../presence/following/room-following.ts'
import { BoundedYamux } from '../relay/bounded-yamux.ts'
import { DEFAULT_LIMITS, PING_INTERVAL } from '../relay/constants.ts'
import { DepartedPeers } from '../relay/departed-peers.ts'
import { HopServer } from '../relay/hop-server.ts'
import { PeerConnections } from '../relay/peer-connections.ts'
import { Acquaintances } from './acquaintances.ts'
import { listening } from './addresses.ts'
import { NodeEnvironment } from './node-environment.ts'
import { RestartableNode } from './restartable-node.ts'
import { simulatedTransport } from './simulated-transport.ts'
import { addressOf } from './surroundings.ts'
import { relayGossip } from '../relay/relay-gossip.ts'
import type { AcquaintancesComponents } from './acquaintances.ts'
import type { Disk } from './disk.ts'
import type { Port } from './port.ts'
import type { NodeIdentity, Surroundings } from './surroundings.ts'
import type { Watched } from './trace-watch.ts'
import type { FollowRoomsComponents, RoomFollowing } from '../presence/following/index.ts'
import type { DepartedPeersComponents } from '../relay/departed-peers.ts'
import type { HopServerComponents } from '../relay/hop-server.ts'
import type { PeerConnectionsComponents } from '../relay/peer-connections.ts'
import type { Libp2p } from '@libp2p/interface'

/** What of a relay's services can be asked. */
export type RelayNodeServices = { readonly rooms: RoomFollowing, readonly hop: HopServer }

/** One relay of a swarm: the services of the relay that runs in Node, without those that watch over its sockets. */
export class RelayNode extends RestartableNode<RelayNodeServices> {
  readonly #others: readonly NodeIdentity[]
  readonly #environment: NodeEnvironment

  /** @param others - the relays that it stays connected with */
  constructor (identity: NodeIdentity, others: readonly NodeIdentity[], surroundings: Surroundings) {
    super(identity, surroundings)

    this.#others = others
    this.#environment = new NodeEnvironment(surroundings.chance.of(identity.name))
  }

  protected override async makeNode (port: Port, disk: Disk): Promise<Libp2p<RelayNodeServices>> {
    const { network, encryption } = this.surroundings
    const environment = this.#environment

    return await createLibp2p({
      start: false,
      privateKey: this.identity.privateKey,
      datastore: disk,
      addresses: listening(this.name),
      transports: [simulatedTransport(network, port)],
      connectionEncrypters: [encryption === 'noise' ? noise() : plaintext()],
      streamMuxers: [() => new BoundedYamux(DEFAULT_LIMITS.relayedPerPeer)],
      connectionManager: {
        maxConnections: DEFAULT_LIMITS.connections,
        inboundConnectionThreshold: Infinity,
        maxIncomingPendingConnections: Infinity
      },
      connectionGater: { denyInboundConnection: () => this.isFull },
      connectionMonitor: { pingInterval: PING_INTERVAL },
      services: {
        identify: identify(),
        ping: ping(),
        pubsub: relayGossip(),
        rooms: (components: FollowRoomsComponents) => createFollowing(components, {}, environment),
        hop: (components: HopServerComponents) => new HopServer(components, DEFAULT_LIMITS, environment),
        mesh: (components: AcquaintancesComponents) => new Acquaintances(components, this.#others.map(addressOf), true, environment),
        peerConnections: (components: PeerConnectionsComponents) => new PeerConnections(components, DEFAULT_LIMITS.connectionsPerPeer, () => {}),
        departedPeers: (components: DepartedPeersComponents) => new DepartedPeers(components, environment)
      }
    })
  }

  protected override watched (): Watched {
    return { libp2p: this.libp2p }
  }
}
