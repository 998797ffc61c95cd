import type { PresenceRecord, PresenceStatus } from '../record/index.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * Why a peer is no longer present: it said goodbye; was not heard of for as long as its last record was good for; or its
 * connection broke, it could not be reached, and did not speak up when that was said of it.
 */
export type DepartureReason = 'left' | 'expired' | 'lost'

/** One peer on the roster. It is what that peer said last, and does not change: the next word makes a new one. */
export interface PeerPresence {
  readonly peer: PeerId
  readonly status: PresenceStatus
  /** The app's own data of that peer, at most 1,024 bytes; empty if it set none. */
  readonly data: Uint8Array
  /** Where it can be dialled, as it signed it. The peer store has them, too: `dial(peer)` is enough. */
  readonly multiaddrs: readonly Multiaddr[]
  /** When this peer heard of it first in its present run, milliseconds since 1970. */
  readonly since: number
  /** Names its present run: another one after every restart, and a greater string. */
  readonly epoch: string
}

/** A record that has passed every check that can be made of it alone. */
export interface CheckedRecord extends PresenceRecord {
  /** Whom it is about, and who signed it. */
  readonly peer: PeerId
  /** What its peer record says. */
  readonly multiaddrs: readonly Multiaddr[]
  /** As it was signed, so that it can be handed on. */
  readonly signed: Uint8Array
}

/** When something was heard. */
export interface Moment {
  /** Milliseconds that only rise: lifetimes are counted in them. */
  readonly now: number
  /** Milliseconds since 1970, for `since`. */
  readonly date: number
}

/** What a neighbour adds to a record that it hands on. */
export interface HandedOn {
  /** Milliseconds since it heard it. */
  readonly age: number
  /** Whether it takes the peer to be gone. */
  readonly gone: boolean
}

/**
 * How a peer's addresses differ from those that it said last: not at all; some are gone; there are new ones beside some that stand;
 * or nothing of what it said is true any more.
 */
export type AddressChange = 'none' | 'fewer' | 'more' | 'all'

/** How far a peer has come: its highest epoch and sequence. It never goes back. */
export interface Mark {
  readonly peer: PeerId
  readonly epoch: string
  readonly sequence: bigint
}

/** A mark to be kept through a restart, and whether the peer was present. */
export interface KeptMark extends Mark {
  readonly present: boolean
}

/** What became of the roster. `issued` is when the subject said so, by its own clock. */
export type RosterChange =
  | { readonly kind: 'online', readonly entry: PeerPresence, readonly issued: number }
  | { readonly kind: 'update', readonly entry: PeerPresence, readonly issued: number, readonly restarted: boolean }
  | { readonly kind: 'offline', readonly entry: PeerPresence, readonly reason: DepartureReason }
  /** Nothing is known of this peer any more, not even how far it had come. */
  | { readonly kind: 'forgotten', readonly peer: PeerId }

/** Whether a record is the newest of its peer, older than or the same as what was heard, or finds no room. */
export type Verdict = 'news' | 'superseded' | 'full'

/** One line of a roster as it is handed to a neighbour. */
export interface RosterLine extends HandedOn {
  readonly record: Uint8Array
}

/** What has to be known of a record to judge it; how long it is can come later. */
export type Claim = Pick<CheckedRecord, 'peer' | 'epoch' | 'sequence' | 'status'> & Partial<Pick<CheckedRecord, 'signed'>>
