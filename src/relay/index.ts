/**
 * The relay node: a Node program that anyone can run, so that peers which cannot listen, such as browser tabs, can be
 * reached. It forwards: it can neither read nor decide an invitation, and any number of them, run by anyone, serve the same
 * peers side by side.
 *
 * It takes websockets (with a certificate also those over TLS), relays to whoever holds a reservation with it (circuit relay
 * v2), and passes on the gossip of the rooms that its clients are in. What any one peer, one address, and all of them together
 * may take of it is limited, and what a peer took is given back as soon as that peer is gone.
 *
 * @example
 *
 * ```TypeScript
 * import { createRelay } from 'libp2p-invitation/relay'
 *
 * const relay = await createRelay({ listen: ['/ip4/0.0.0.0/tcp/4002/ws'] })
 *
 * console.log(relay.addresses.map(String))
 * process.once('SIGTERM', () => { void relay.stop() })
 * ```
 */
import { systemEnvironment } from '../environment/index.ts'
import { RelayNode } from './relay-node.ts'
import type { ComponentLogger, PeerId, PrivateKey } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Registry } from 'prom-client'
import type { Environment } from '../environment/index.ts'

export { serveStatus } from './status-server.ts'
export type { StatusServer, StatusServerInit } from './status-server.ts'

/** What a relay lets others take of it. All are whole numbers from 1 up. */
export interface RelayLimits {
  /** Open connections in all. @default 4_096 */
  connections: number
  /** Open connections of one peer; when it makes one more, its oldest is closed. @default 8 */
  connectionsPerPeer: number
  /** Open connections from one IP address: that of an office, or of a reverse proxy. @default 1_024 */
  connectionsPerAddress: number
  /** New connections a second from one IP address. @default 256 */
  connectionRate: number
  /** Reservations in all. @default as many as `connections` */
  reservations: number
  /** Milliseconds that a reservation holds unless it is renewed; once its peer is gone it is free at once. @default 900_000 */
  reservationTime: number
  /** Milliseconds that one relayed connection may last. @default 1_800_000 */
  relayedTime: number
  /** Bytes that one relayed connection may carry, both ways together. @default 8_388_608 */
  relayedBytes: number
  /** Relayed connections that one peer may have open at a time, as a caller, and as a callee. @default 256 */
  relayedPerPeer: number
  /** Topics of rooms that it passes gossip on for, at most 1,536: see `followRooms` of `libp2p-invitation/presence/following`. @default 1_024 */
  rooms: number
  /** Topics that count of one peer, at most 256. @default 130 */
  roomsPerPeer: number
}

export interface RelayInit {
  /**
   * Where to listen: multiaddrs of websockets. Over TLS, `/tls/ws`, only with a certificate.
   *
   * @default ['/ip4/0.0.0.0/tcp/4002/ws'], or with a certificate ['/ip4/0.0.0.0/tcp/4002/tls/ws']
   */
  listen?: readonly string[]
  /**
   * The addresses to give to others in place of those listened on, such as that of a proxy in front.
   *
   * @default those listened on
   */
  announce?: readonly string[]
  /**
   * Who this relay is. Peers know a relay by an address with its peer id, so one that is to be found again keeps its key.
   *
   * @default a new one each time
   */
  privateKey?: PrivateKey
  /** Certificate (chain) and key for websockets over TLS, PEM. @default none */
  tls?: { cert: string | Buffer, key: string | Buffer }
  /**
   * Addresses of other relays, with `/p2p/<id>`, to stay connected to, so that rooms span all of them; at most 32.
   *
   * @default []
   */
  peers?: readonly string[]
  /**
   * First part of all topics and protocols on the wire, as peers have it.
   *
   * @default 'libp2p-invitation'
   */
  protocolPrefix?: string
  limits?: Partial<RelayLimits>
  /** Where libp2p and the relay log. @default that of libp2p: what the environment variable `DEBUG` asks for, to stderr */
  logger?: ComponentLogger
  /**
   * Of `prom-client`: libp2p's metrics go there, and the relay's own. libp2p has one set of them in a process, so that those are of
   * the first relay in it that is given a registry.
   *
   * @default no metrics
   */
  registry?: Registry
}

/** How a relay is, now. */
export interface RelayStatus {
  readonly peerId: string
  /** With `/p2p/<id>`. */
  readonly addresses: string[]
  /** Seconds since it was started. */
  readonly uptime: number
  readonly connections: number
  /** How many peers these connections are to. */
  readonly peers: number
  readonly reservations: number
  /** Relayed connections that are open. */
  readonly relayed: number
  /** Rooms whose gossip it passes on. */
  readonly rooms: number
  /** Other relays: how many it is connected to, of how many it was told of. */
  readonly relays: { readonly connected: number, readonly known: number }
}

/** A relay that runs. */
export interface Relay extends AsyncDisposable {
  readonly peerId: PeerId
  /** Where it can be dialled, with `/p2p/<id>`. */
  readonly addresses: Multiaddr[]
  status(): RelayStatus
  /** Closes all connections, so that its peers see that it is gone, and listens no more. Resolves when nothing is left. */
  stop(): Promise<void>
}

/**
 * Starts a relay. Resolves when it listens. Time comes from `environment`; tests bring their own.
 *
 * @throws {InvalidArgumentError} an address, a limit, the certificate or its key is none; the message says which
 * @throws {ListenError} an address cannot be listened on, such as a port that is taken; the message says which
 */
export async function createRelay (init: RelayInit = {}, environment: Environment = systemEnvironment): Promise<Relay> {
  return await RelayNode.start(init, environment)
}
