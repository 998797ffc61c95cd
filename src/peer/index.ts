/**
 * A peer that is ready: one call, and it can invite and be invited. In a browser it is reached by way of relays and keeps its
 * identity; in Node it can listen as well. Every part can be replaced.
 *
 * @example
 *
 * ```TypeScript
 * import { createPeer } from 'libp2p-invitation/peer'
 *
 * const peer = await createPeer({ relays: ['/dns4/relay.example.org/tcp/443/tls/ws/p2p/12D3KooW…'], rooms: ['my-app'] })
 *
 * peer.services.presence.addEventListener('peer:online', async ({ detail }) => {
 *   const local = await peer.services.invitation.invite(detail.peer, { content: 'lunch?' })
 *
 *   console.log((await local.outcome).state)
 * })
 *
 * peer.services.invitation.addEventListener('invitation:received', async ({ detail: remote }) => {
 *   await remote.accept({ response: 'on my way' })
 * })
 * ```
 *
 * What it is made of, each part with the preset that this library has for it:
 *
 * | part | is |
 * | --- | --- |
 * | transports | websockets with `webSocketsPreset()`, circuit relay, and those that the app adds |
 * | encryption, multiplexer | noise, yamux |
 * | connection manager | `connectionManagerPreset()` |
 * | connection gater | in Node none; in a page see `relays` |
 * | `services.identify` | identify |
 * | `services.pubsub` | gossipsub with `gossipsubPreset()` |
 * | `services.presence` | `presence()` |
 * | `services.invitation` | `invitation()` |
 * | `services.inviteTokens` | `inviteTokens()` |
 * | `services.reachability` | `reachability()` |
 * | `services.identity` | who this peer is, and whether it is the same the next time |
 *
 * @example Direct connections between browsers beside the relayed ones, one's own muxer, and a service more
 *
 * ```TypeScript
 * import { ping } from '@libp2p/ping'
 * import { webRTC } from '@libp2p/webrtc'
 * import { yamuxPreset } from 'libp2p-invitation/reachability'
 * import { createPeer } from 'libp2p-invitation/peer'
 *
 * const peer = await createPeer({
 *   relays: ['/dns4/relay.example.org/tcp/443/tls/ws/p2p/12D3KooW…'],
 *   transports: [webRTC()],
 *   listen: ['/webrtc'],
 *   libp2p: { streamMuxers: [yamuxPreset({ maxInboundStreams: 200 })], services: { ping: ping() } }
 * })
 *
 * await peer.services.reachability.untilReachable()
 * ```
 */
import { currentTab } from '../identity/tab.ts'
import { create } from './create.ts'
import type { Identity, IdentityInit, Tab } from '../identity/index.ts'
import type { InvitationInit, InvitationService } from '../invitation/index.ts'
import type { Presence, PresenceInit } from '../presence/index.ts'
import type { Reachability, ReachabilityInit } from '../reachability/index.ts'
import type { InviteTokens } from '../tokens/index.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Identify } from '@libp2p/identify'
import type { AbortOptions, Libp2p, PrivateKey, ServiceMap } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { AddressManagerInit, Libp2pInit, ServiceFactoryMap } from 'libp2p'

export { ReleasedError } from './errors.ts'

/** Who this peer is: see `libp2p-invitation/identity`. */
export type PeerIdentity = Pick<Identity, 'device' | 'isKept' | 'reason'>

/** The services of a peer, by their keys. */
export type PeerServices = {
  readonly identify: Identify
  readonly pubsub: GossipSub
  readonly presence: Presence
  readonly invitation: InvitationService
  readonly inviteTokens: InviteTokens
  readonly reachability: Reachability
  readonly identity: PeerIdentity
}

/** A peer: its services are those of every peer, and those that the app added, or put in the place of others. */
export type Peer<Added extends ServiceMap = PeerServices> = Libp2p<Omit<PeerServices, keyof Added> & Added>

/**
 * All that `createLibp2p` takes apart from what `PeerInit` has itself. What is given takes the place of what this library has
 * there, with two exceptions: services do so key by key, and options of the connection manager one by one.
 */
export interface PeerLibp2pInit<Added extends ServiceMap = PeerServices> extends Omit<Libp2pInit, 'addresses' | 'privateKey' | 'services'> {
  addresses?: Omit<AddressManagerInit, 'listen'>
  services?: ServiceFactoryMap<Added>
}

export interface PeerInit<Added extends ServiceMap = PeerServices> {
  /**
   * Addresses of relays, each with the relay's id at its end, `/p2p/<id>`; at most 32.
   *
   * A page dials them wherever they are. Other addresses it dials as libp2p has it by default, over secure transports and
   * none that are private. A page that itself came by http dials insecure ones as well, and, if it came from
   * localhost or a private address, those that are private: such as in development, or on a network of one's own.
   *
   * @default none: relays are learned from those who are present
   */
  relays?: ReadonlyArray<string | Multiaddr>

  /** The rooms to enter: see `PresenceInit`. @default ['lobby'] */
  rooms?: PresenceInit['rooms']

  /**
   * Where to listen, beside by way of relays: such as '/ip4/0.0.0.0/tcp/0/ws' in Node, or '/webrtc' with that transport.
   *
   * @default nowhere
   */
  listen?: ReadonlyArray<string | Multiaddr>

  /** Transports beside websockets and circuit relay, as `createLibp2p` takes them. @default none */
  transports?: NonNullable<Libp2pInit['transports']>

  /** This peer's key, which the app keeps itself. @default see `identity` */
  privateKey?: PrivateKey

  /**
   * How the key is kept, or `false` for a new key each time. The identity is released when the node has stopped: then another
   * tab may be this peer, and to start the node again is a `ReleasedError`.
   *
   * @default kept in the browser; in Node, a new key each time, unless it has a datastore
   */
  identity?: IdentityInit | false

  presence?: Omit<PresenceInit, 'rooms'>
  invitation?: InvitationInit
  reachability?: Omit<ReachabilityInit, 'relays'>

  /** Everything else, and whatever is to be another. */
  libp2p?: PeerLibp2pInit<Added>
}

/**
 * Starts a peer. Resolves when it runs; whether it has a relay by then is `services.reachability`'s to say. `stop()` ends it,
 * and releases its identity. What a browser's tab has comes from `tab`; tests bring their own.
 *
 * @throws {InvalidArgumentError} an option is none, or out of its range; both `privateKey` and `identity` are given
 * @throws {PayloadTooLargeError} the data for presence is larger than 1,024 bytes
 * @throws {DamagedKeyError} what the app's own datastore has in place of the key is none
 * @throws {AbortError} the signal aborted
 * @throws {Error} libp2p's own, such as `UnsupportedListenAddressesError` where an address cannot be listened on. Nothing runs
 * then, and nothing is held
 */
export async function createPeer<Added extends ServiceMap = PeerServices> (init: PeerInit<Added> & AbortOptions = {}, tab: Tab = currentTab()): Promise<Peer<Added>> {
  return await create(init, tab)
}
