import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { prometheusMetrics } from '@libp2p/prometheus-metrics'
import { createLibp2p } from 'libp2p'
import { followRooms } from '../presence/following/index.ts'
import { webSocketsPreset } from '../reachability/index.ts'
import { BoundedYamux } from './bounded-yamux.ts'
import { CONNECT_TIME, MAX_SOCKET_BACKLOG, PING_INTERVAL } from './constants.ts'
import { DepartedPeers } from './departed-peers.ts'
import { HopServer } from './hop-server.ts'
import { Mesh } from './mesh.ts'
import { PeerConnections } from './peer-connections.ts'
import { SocketGate } from './socket-gate.ts'
import { relayGossip } from './relay-gossip.ts'
import type { DepartedPeersComponents } from './departed-peers.ts'
import type { HopServerComponents } from './hop-server.ts'
import type { PeerConnectionsComponents } from './peer-connections.ts'
import type { SocketGateComponents } from './socket-gate.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Registry } from 'prom-client'
import type { Environment } from '../environment/index.ts'
import type { KeptConnectionComponents } from '../reachability/index.ts'
import type { RoomFollowing } from '../presence/following/index.ts'
import type { RelayInit } from './index.ts'
import type { RelaySettings } from './settings.ts'

/** What of a relay's parts is asked for how they are. */
export type RelayLibp2p = Libp2p<{ hop: HopServer, sockets: SocketGate, mesh: Mesh, peerConnections: PeerConnections, rooms: RoomFollowing }>

/** Makes the libp2p node of a relay, not started. */
export async function buildNode (init: RelayInit, settings: RelaySettings, environment: Environment): Promise<RelayLibp2p> {
  const { privateKey, logger, registry } = init
  const { listen, announce, peers, tls, protocolPrefix, limits } = settings
  let sockets: SocketGate | undefined

  return await createLibp2p({
    start: false,
    ...(privateKey == null ? {} : { privateKey }),
    ...(logger == null ? {} : { logger }),
    ...(registry == null ? {} : { metrics: metricsTo(registry) }),
    addresses: { listen: [...listen], announce: [...announce] },
    transports: [webSocketsPreset({ maxBufferedAmount: MAX_SOCKET_BACKLOG, ...(tls == null ? {} : { https: { cert: tls.cert, key: tls.key } }) })],
    connectionEncrypters: [noise()],
    streamMuxers: [() => new BoundedYamux(limits.relayedPerPeer)],
    connectionManager: {
      maxConnections: limits.connections,
      // both are the socket gate's to limit
      inboundConnectionThreshold: Infinity,
      maxIncomingPendingConnections: Infinity,
      inboundUpgradeTimeout: CONNECT_TIME
    },
    connectionMonitor: { pingInterval: PING_INTERVAL },
    connectionGater: {
      denyInboundUpgradedConnection: (_peer, connection) => {
        sockets?.follow(connection)

        return false
      }
    },
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: relayGossip(),
      sockets: (components: SocketGateComponents) => (sockets = new SocketGate(components, limits, environment)),
      rooms: followRooms({ protocolPrefix, rooms: limits.rooms, roomsPerPeer: limits.roomsPerPeer }),
      hop: (components: HopServerComponents) => new HopServer(components, limits, environment),
      mesh: (components: KeptConnectionComponents) => new Mesh(components, peers, environment),
      peerConnections: (components: PeerConnectionsComponents) => new PeerConnections(components, limits.connectionsPerPeer, () => {
        sockets?.count('connections-per-peer')
      }),
      departedPeers: (components: DepartedPeersComponents) => new DepartedPeers(components, environment)
    }
  })
}

/** An app's own metrics stay: libp2p would empty the registry that `prom-client` has for all, whichever it is given. */
function metricsTo (registry: Registry): ReturnType<typeof prometheusMetrics> {
  return prometheusMetrics({
    registry,
    preserveExistingMetrics: true,
    collectDefaultMetrics: registry.getSingleMetric('process_cpu_user_seconds_total') == null
  })
}
