/**
 * Presence: who is there, in what mood, and at which addresses, with no server to ask.
 *
 * Peers meet in rooms. Every peer publishes a signed record of itself there by gossipsub: at once when something about it
 * changes, and as a heartbeat in between, which slows down as the room fills, so that what it costs stays the same. From
 * what it hears, each peer keeps a roster. A record carries the addresses to dial, so whoever is on the roster can be
 * dialled, and invited, by peer id alone. A newcomer asks a neighbour for its roster.
 *
 * How well a peer is known to be there:
 *
 * | level | means |
 * | --- | --- |
 * | `connected` | there is an open connection to it |
 * | `announced` | its last record is within its lifetime |
 * | `stale` | so it is, but its connections broke and it has not spoken since; or this peer itself was cut off or asleep and has not heard of it since |
 * | `gone` | none of these |
 *
 * It needs two services beside it, under these very names: `identify` and, with `gossipsubPreset`, `pubsub`.
 *
 * @example
 *
 * ```TypeScript
 * import { gossipsub } from '@libp2p/gossipsub'
 * import { identify } from '@libp2p/identify'
 * import { createLibp2p } from 'libp2p'
 * import { gossipsubPreset, presence } from 'libp2p-invitation/presence'
 *
 * const node = await createLibp2p({
 *   // transports, connectionEncrypters, streamMuxers …
 *   services: {
 *     identify: identify(),
 *     pubsub: gossipsub(gossipsubPreset()),
 *     presence: presence({ rooms: ['my-app'] })
 *   }
 * })
 *
 * node.services.presence.addEventListener('peer:online', ({ detail }) => {
 *   console.log(`${detail.peer} is ${detail.status}`)
 * })
 *
 * node.services.presence.setStatus('busy')
 *
 * const board = await node.services.presence.join('the board', { secret: 'correct horse battery staple' })
 *
 * console.log(`${board.list().length} others are in ${board.name}`)
 * ```
 */
import { createPresence } from './presence-service.ts'
import type { PresenceComponents } from './presence-service.ts'
import type { PresenceStatus } from './record/index.ts'
import type { DepartureReason, PeerPresence } from './roster/index.ts'
import type { AbortOptions, PeerId, TypedEventTarget } from '@libp2p/interface'

export { gossipsubPreset } from './gossipsub-preset.ts'
export type { PresenceComponents } from './presence-service.ts'
export type { PresenceStatus } from './record/index.ts'
export type { DepartureReason, PeerPresence } from './roster/index.ts'
export { InsecureContextError } from './topics/index.ts'

/** How well a peer is known to be there, from the best down. */
export type PresenceLevel = 'connected' | 'announced' | 'stale' | 'gone'

/** What is known of one peer. */
export interface PeerSighting {
  readonly peer: PeerId
  readonly level: PresenceLevel
  /** What it says of itself; undefined if it is in no room with this peer. */
  readonly presence: PeerPresence | undefined
}

/** A peer said something new about itself. */
export interface PeerPresenceUpdate extends PeerPresence {
  /** Whether it was started anew in between, without a goodbye that got here. What was shared with the old run is lost. */
  readonly restarted: boolean
}

/** A peer is gone; the rest is what it said last. */
export interface PeerDeparture extends PeerPresence {
  readonly reason: DepartureReason
}

/** Each is dispatched once for every real change; a heartbeat that says nothing new is none. */
export interface PresenceEvents {
  /** A peer is on the roster that was not; by now it can be dialled. */
  'peer:online': CustomEvent<PeerPresence>
  /** A peer on the roster has another status, other data, other addresses, or was restarted. */
  'peer:update': CustomEvent<PeerPresenceUpdate>
  /** A peer is off the roster. */
  'peer:offline': CustomEvent<PeerDeparture>
}

export interface JoinOptions {
  /**
   * Hides the room from whoever does not know it: its name, and what its members say of themselves. 8 to 1,024 bytes, or
   * text of as many. Whoever forwards the room's messages still sees which peers send them. Deriving keys from it takes
   * about a fifth of a second.
   *
   * @default none: everyone who knows the name can enter
   */
  secret?: string | Uint8Array
}

export interface PresenceInit {
  /**
   * The rooms to enter on start, by name (1 to 128 bytes as UTF-8) or with a secret; at most 64. Peers see each other if
   * they are in the same room. An empty list enters none: see `join`.
   *
   * @default ['lobby']
   */
  rooms?: ReadonlyArray<string | ({ name: string } & JoinOptions)>

  /**
   * First part of all topics and protocols on the wire. Peers with another prefix see nothing of this one.
   *
   * @default 'libp2p-invitation'
   */
  protocolPrefix?: string

  /**
   * Bytes a second that hearing everybody's heartbeats may cost each peer in a room, at least 100. All peers of a room
   * should have the same. The more are in a room, the rarer is each peer's heartbeat, from one in 15 s up; what changes is
   * said at once all the same. In a room of 200, 5,000 bytes a second make one heartbeat in some two minutes.
   *
   * @default 5000
   */
  budget?: number

  /**
   * What this peer says of itself from its first record on: see `setStatus`.
   *
   * @default 'online'
   */
  status?: PresenceStatus

  /**
   * The app's own data from the first record on, such as a display name: see `setData`.
   *
   * @default none
   */
  data?: Uint8Array
}

/** A room that this peer is in. Iterating it gives everybody in it, without oneself; its events are about them. */
export interface Room extends TypedEventTarget<PresenceEvents>, Iterable<PeerPresence> {
  readonly name: string

  /** What a peer says of itself; undefined if it is not in this room. */
  get(peer: PeerId): PeerPresence | undefined

  /** Everybody in the room now, at most 10,000. Nobody, once it was left. */
  list(): PeerPresence[]
}

/**
 * Who is present. Iterating it gives everybody who is in a room with this peer, without oneself. Its events are those of
 * all rooms taken together: who enters a second room with this peer is not online again, and who leaves one of two
 * is not offline.
 */
export interface Presence extends TypedEventTarget<PresenceEvents>, Iterable<PeerPresence> {
  /** What this peer says of itself: `online` until it is told otherwise. */
  readonly status: PresenceStatus

  /**
   * Says at once, in all rooms, that this peer's status is another. All that changes in one turn of the event loop goes into
   * one record, and records are at least 200 ms apart.
   *
   * @throws {InvalidArgumentError} no such status; `leaving` is what stopping the node says
   * @throws {NotStartedError}
   */
  setStatus(status: PresenceStatus): void

  /**
   * Gives everybody small data of the app's own, such as a display name, in place of what was given before. Everyone in
   * this peer's rooms can read it.
   *
   * @param data - at most 1,024 bytes
   * @throws {InvalidArgumentError} not a `Uint8Array`
   * @throws {PayloadTooLargeError}
   * @throws {NotStartedError}
   */
  setData(data: Uint8Array): void

  /**
   * Enters a room, until it is left or the node is stopped. Resolves when this peer listens there. Who is in a room
   * already stays in it, and is given the same `Room`.
   *
   * @param name - 1 to 128 bytes as UTF-8
   * @throws {InvalidArgumentError} the name or the secret is too short or too long; or this peer is in that room with
   * another secret; or it is in 64 rooms
   * @throws {InsecureContextError} a secret needs a secure page (https, or localhost)
   * @throws {NotStartedError}
   * @throws {AbortError} when the signal aborts; then the room was not entered
   */
  join(name: string, options?: JoinOptions & AbortOptions): Promise<Room>

  /**
   * Leaves a room with a goodbye. Resolves when that was sent. Nothing happens if this peer is not in it. Its members who
   * are in no other room with this peer are off the roster, without an event: it is not they who have gone.
   *
   * @throws {NotStartedError}
   */
  leave(name: string): Promise<void>

  /** The rooms that this peer is in. */
  readonly rooms: readonly Room[]

  /** What a peer says of itself; undefined if it is not present. */
  get(peer: PeerId): PeerPresence | undefined

  /** Everybody on the roster now. */
  list(): PeerPresence[]

  /** What is known of these peers now, such as those of a contact list, in the same order. */
  query(peers: Iterable<PeerId>): PeerSighting[]

  /**
   * The same, and then whatever changes of it, until the signal aborts or the node stops (then it just ends). Of a peer that
   * changes faster than it is read, the newest only: what waits is no more than one for each of the peers.
   *
   * @throws {NotStartedError}
   * @throws {AbortError} when the signal aborts
   */
  watch(peers: Iterable<PeerId>, options?: AbortOptions): AsyncIterable<PeerSighting>
}

/**
 * Presence as a libp2p service.
 *
 * @throws {InvalidArgumentError} when the node is created: an option is out of its range
 * @throws {PayloadTooLargeError} when the node is created: the data is larger than 1,024 bytes
 */
export function presence (init: PresenceInit = {}): (components: PresenceComponents) => Presence {
  return (components) => createPresence(components, init)
}
