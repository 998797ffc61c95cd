/**
 * Reachability: how a peer that cannot listen, such as a browser tab, stays reachable by way of relays.
 *
 * A peer holds a reservation at two relays at a time, so that it can still be reached when one of them dies, and dials the
 * others again, with jittered back-off, for as long as it takes. libp2p by itself never gets a reservation back that was
 * lost with its relay (libp2p 3.3.11, circuit-relay-v2 4.2.13).
 *
 * It needs `circuitRelayTransport()` among the transports and the service `identify`; the node needs no listen address for
 * it. If a presence service goes by the key `presence`, relays are learned from there, too.
 *
 * @example
 *
 * ```TypeScript
 * import { noise } from '@chainsafe/libp2p-noise'
 * import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
 * import { identify } from '@libp2p/identify'
 * import { createLibp2p } from 'libp2p'
 * import { connectionManagerPreset, reachability, webSocketsPreset, yamuxPreset } from 'libp2p-invitation/reachability'
 *
 * const node = await createLibp2p({
 *   transports: [webSocketsPreset(), circuitRelayTransport()],
 *   connectionEncrypters: [noise()],
 *   streamMuxers: [yamuxPreset()],
 *   connectionManager: connectionManagerPreset(),
 *   services: { identify: identify(), reachability: reachability({ relays: ['/dns4/relay.example.org/tcp/443/tls/ws/p2p/12D3KooW…'] }) }
 * })
 *
 * node.services.reachability.addEventListener('unreachable', () => { console.log('nobody can call us now') })
 * await node.services.reachability.untilReachable()
 * ```
 */
import { currentPage, systemEnvironment } from '../environment/index.ts'
import { createKeptConnection } from './kept-connection.ts'
import { createReachability } from './relay-supervisor.ts'
import type { Environment, Page } from '../environment/index.ts'
import type { AbortOptions, ComponentLogger, Libp2pEvents, Metrics, PeerId, Startable, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager, TransportManager } from '@libp2p/interface-internal'
import type { Multiaddr } from '@multiformats/multiaddr'

export { connectionManagerPreset } from './connection-manager-preset.ts'
export { webSocketsPreset } from './web-sockets-preset.ts'
export { yamuxPreset } from './yamux-preset.ts'
export type { ConnectionManagerOptions } from './connection-manager-preset.ts'
export { RelayRefusedError, RelayTransportError } from './errors.ts'

export interface ReachabilityInit {
  /**
   * Addresses of relays, each with the relay's id at its end (`/p2p/<id>`); at most 32 relays, with eight addresses each.
   * Each peer begins with others of them, by its id, so that all are used alike.
   *
   * @default none: relays are learned from those who are present
   */
  relays?: ReadonlyArray<string | Multiaddr>

  /**
   * How many relays to hold at a time, 1 to 8.
   *
   * @default 2
   */
  held?: number

  /**
   * Whether relays that those who are present can be reached by may be used as well, while those that were given do not
   * do: they failed, or have not answered for a second.
   *
   * @default true
   */
  learn?: boolean
}

/**
 * How it stands with a relay. `idle`: it is not needed; `connecting`: it is being tried; `held`: this peer can be reached by
 * way of it; `waiting`: until it is tried again.
 */
export type RelayState = 'idle' | 'connecting' | 'held' | 'waiting'

export interface RelayStanding {
  readonly relay: PeerId
  /** Where it is dialled. */
  readonly addresses: Multiaddr[]
  readonly origin: 'given' | 'learned'
  readonly state: RelayState
  /** Why the last try failed; undefined once it is held. `RelayRefusedError`: it was reached, and has no room. */
  readonly error?: Error
}

export interface ReachabilityEvents {
  /** The first relay is held. */
  'reachable': CustomEvent<undefined>
  /** None is held any more. */
  'unreachable': CustomEvent<undefined>
  'relay:held': CustomEvent<RelayStanding>
  'relay:lost': CustomEvent<RelayStanding>
}

/** How this peer can be reached by way of relays. Listeners that throw are logged and harm nothing. */
export interface Reachability extends TypedEventTarget<ReachabilityEvents> {
  /** Whether at least one relay is held. */
  readonly isReachable: boolean

  /** All relays that are known, in the order in which they are tried. */
  readonly relays: readonly RelayStanding[]

  /**
   * Gives one more relay, or one more address of a relay.
   *
   * @throws {InvalidArgumentError} not an address that could be dialled with the relay's id at its end; or this peer's own;
   * or 32 are given already
   */
  addRelay(address: string | Multiaddr): void

  /**
   * Tries at once whatever waits to be tried again, and sees whether the relays that are held still answer: for an app that
   * knows that the network is another one. What a browser tells of that is listened to already, and in Node a sleep of the
   * machine is noticed within 10 s.
   */
  tryNow(): void

  /**
   * Resolves when this peer can be reached by way of a relay, at once if it can be.
   *
   * @throws {NotStartedError} the node is not started, or was stopped meanwhile
   * @throws {AbortError} the signal aborted
   */
  untilReachable(options?: AbortOptions): Promise<void>
}

/** What reachability uses of the node that it belongs to. */
export interface ReachabilityComponents {
  peerId: PeerId
  logger: ComponentLogger
  events: TypedEventTarget<Libp2pEvents>
  connectionManager: Pick<ConnectionManager, 'getConnections' | 'openConnection'>
  transportManager: Pick<TransportManager, 'getTransports' | 'getListeners' | 'getAddrs' | 'listen' | 'dialTransportForMultiaddr'>
  metrics?: Pick<Metrics, 'registerCounterGroup'>
  /** A presence service, if there is one. */
  presence?: RelaySource
}

/** What of somebody who is present matters here: at which addresses it can be reached. */
export interface PresentPeer {
  readonly peer: PeerId
  readonly multiaddrs: readonly Multiaddr[]
}

/** What of a presence service matters here. */
export interface RelaySource extends TypedEventTarget<{ 'peer:online': CustomEvent<PresentPeer>, 'peer:update': CustomEvent<PresentPeer> }> {
  list(): readonly PresentPeer[]
}

/**
 * Reachability as a libp2p service: `createLibp2p({ services: { reachability: reachability({ relays }) } })`. The node's
 * start does not wait for the relays: see `untilReachable`. After the loss of a relay it is dialled again after delays of
 * at most 4 s, in a page that is hidden of up to a minute; a relay that is full is asked again after 34 s at most.
 *
 * Creating the node throws `InvalidArgumentError` for an option that is out of its range, and starting it
 * `RelayTransportError` where there is no circuit relay transport. Time and chance come from `environment`, and what
 * happens to the page from `page`; tests bring their own.
 */
export function reachability (init: ReachabilityInit = {}): (components: ReachabilityComponents, environment?: Environment, page?: Page) => Reachability & Startable {
  return (components, environment = systemEnvironment, page = currentPage()) => createReachability(components, init, environment, page)
}

/** A connection to one peer that is made again whenever it is lost. */
export interface KeptConnection {
  readonly peer: PeerId
  /** Whether there is one now, made by either side; one by way of a relay does not count. */
  readonly isConnected: boolean
  /** Why the last dial failed; undefined once there is a connection. */
  readonly error: Error | undefined
  /** Dials at once, if it waits to dial again. */
  tryNow(): void
}

export interface KeptConnectionInit {
  /** Where to dial the peer, with its id at the end (`/p2p/<id>`). */
  address: Multiaddr
  /** Ends it. A connection that stands is left alone. */
  signal: AbortSignal
}

export interface KeptConnectionComponents {
  logger: ComponentLogger
  events: TypedEventTarget<Libp2pEvents>
  connectionManager: Pick<ConnectionManager, 'getConnections' | 'openConnection'>
}

/**
 * Keeps a connection to one peer for as long as it takes: dials, each time for 4 s at most, and again after delays of at
 * most 4 s with jitter, until the signal aborts. The node has to be started.
 *
 * @throws {InvalidArgumentError} the address does not end with the id of its peer
 */
export function keepConnection (components: KeptConnectionComponents, init: KeptConnectionInit, environment: Environment = systemEnvironment): KeptConnection {
  return createKeptConnection(components, init, environment)
}
