/**
 * Presence: who is there, in what mood, and at which addresses, with no server to ask.
 *
 * Every peer publishes a signed record of itself on a gossipsub topic: at once when something about it changes, and as a
 * heartbeat in between. From what it hears, each peer keeps a roster. A record carries the addresses to dial, so
 * whoever is on the roster can be dialled, and invited, by peer id alone.
 *
 * Three levels are to be told apart: a peer that is *connected* (libp2p knows), one that is *announced* (it is on the
 * roster: its last record is within its lifetime), and one that is *gone*.
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
 *     presence: presence({ topic: 'my-app' })
 *   }
 * })
 *
 * node.services.presence.addEventListener('peer:online', ({ detail }) => {
 *   console.log(`${detail.peer} is ${detail.status}`)
 * })
 *
 * node.services.presence.setStatus('busy')
 * ```
 */
import { createPresence } from './presence-service.ts'
import type { PresenceComponents } from './presence-service.ts'
import type { PresenceStatus } from './record/index.ts'
import type { DepartureReason, PeerPresence } from './roster/index.ts'
import type { PeerId, TypedEventTarget } from '@libp2p/interface'

export { gossipsubPreset } from './gossipsub-preset.ts'
export type { PresenceComponents } from './presence-service.ts'
export type { PresenceStatus } from './record/index.ts'
export type { DepartureReason, PeerPresence } from './roster/index.ts'

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

export interface PresenceInit {
  /**
   * Where to meet: peers see each other if they name the same topic, 1 to 128 bytes as UTF-8.
   *
   * @default 'lobby'
   */
  topic?: string

  /**
   * First part of the topic on the wire. Peers with another prefix see nothing of this one.
   *
   * @default 'libp2p-invitation'
   */
  protocolPrefix?: string

  /**
   * Milliseconds between two records that say nothing new, up to 20 % more or less each time. From 200 to half of
   * `lifetime`.
   *
   * @default 10000
   */
  heartbeatInterval?: number

  /**
   * Milliseconds for which others take this peer to be present after each record: how long it takes them to notice that
   * it crashed. From 1,000 to 600,000.
   *
   * @default 30000
   */
  lifetime?: number

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

/** Who is present. Iterating it gives everybody on the roster, without oneself. */
export interface Presence extends TypedEventTarget<PresenceEvents>, Iterable<PeerPresence> {
  /** What this peer says of itself: `online` until it is told otherwise. */
  readonly status: PresenceStatus

  /**
   * Says at once that this peer's status is another. All that changes in one turn of the event loop goes into one record,
   * and records are at least 200 ms apart.
   *
   * @throws {InvalidArgumentError} no such status; `leaving` is what stopping the node says
   * @throws {NotStartedError}
   */
  setStatus(status: PresenceStatus): void

  /**
   * Gives everybody small data of the app's own, such as a display name, in place of what was given before. Everyone on
   * the topic can read it.
   *
   * @param data - at most 1,024 bytes
   * @throws {InvalidArgumentError} not a `Uint8Array`
   * @throws {PayloadTooLargeError}
   * @throws {NotStartedError}
   */
  setData(data: Uint8Array): void

  /** What a peer says of itself; undefined if it is not present. */
  get(peer: PeerId): PeerPresence | undefined

  /** Everybody on the roster now, at most 10,000. */
  list(): PeerPresence[]
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
