import { equals } from 'uint8arrays/equals'
import { EXPIRY_GRAIN } from './constants.ts'
import { compareRecords } from '../record/index.ts'
import type { PresenceRecord, PresenceStatus } from '../record/index.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Why a peer is no longer present: it said goodbye, or was not heard of for as long as its last record was good for. */
export type DepartureReason = 'left' | 'expired'

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
}

/** When something was heard. */
export interface Moment {
  /** Milliseconds that only rise: lifetimes are counted in them. */
  readonly now: number
  /** Milliseconds since 1970, for `since`. */
  readonly date: number
}

/** What became of the roster. */
export type RosterChange =
  | { readonly kind: 'online', readonly entry: PeerPresence }
  | { readonly kind: 'update', readonly entry: PeerPresence, readonly restarted: boolean }
  | { readonly kind: 'offline', readonly entry: PeerPresence, readonly reason: DepartureReason }
  /** Nothing is known of this peer any more, not even how far it had come. */
  | { readonly kind: 'forgotten', readonly peer: PeerId }

/** Whether a record is the newest of its peer, older than or the same as what was heard, or finds no room. */
export type Verdict = 'news' | 'superseded' | 'full'

/** How far a peer has come: its highest epoch and sequence. It never goes back. */
type Mark = Pick<CheckedRecord, 'peer' | 'epoch' | 'sequence'>

interface Present extends Mark {
  readonly entry: PeerPresence
  readonly expires: number
  readonly peerRecord: Uint8Array | undefined
}

/**
 * Who is present, and how far everybody had come who was. It is data and nothing else: records and times go in, changes
 * come out.
 *
 * ```
 *            record                        record of the same run: nothing, or update
 *   unknown ────────▶ present ◀──────────▶ record of a later run: update, restarted
 *      ▲                │  ▲
 *      │ too many       │  │ later record
 *      │                ▼  │
 *      └───────────────  gone     by a goodbye (`left`) or the end of its lifetime (`expired`)
 * ```
 *
 * A peer that is gone leaves its mark, so that no record that was heard before, or was made before, brings it back.
 * `maxPresent` and `maxGone` bound both; a record of an unknown peer that finds the roster full is not taken, since to
 * push out somebody who is present would let a flood of made-up peers do so.
 */
export class Roster implements Iterable<PeerPresence> {
  readonly #maxPresent: number
  readonly #maxGone: number
  readonly #present = new Map<string, Present>()
  /** In the order in which they went. */
  readonly #gone = new Map<string, Mark>()
  /** Not later than the next end of a lifetime. Heartbeats put that off without moving this. */
  #nextExpiry: number | undefined

  constructor (maxPresent: number, maxGone: number) {
    this.#maxPresent = maxPresent
    this.#maxGone = maxGone
  }

  get size (): number {
    return this.#present.size
  }

  /** How many peers are remembered, present or gone. */
  get known (): number {
    return this.#present.size + this.#gone.size
  }

  /** When to call `expire` next: not later than the next lifetime ends. */
  get nextExpiry (): number | undefined {
    return this.#nextExpiry
  }

  get (peer: PeerId): PeerPresence | undefined {
    return this.#present.get(peer.toString())?.entry
  }

  * [Symbol.iterator] (): IterableIterator<PeerPresence> {
    for (const { entry } of this.#present.values()) {
      yield entry
    }
  }

  /** The addresses of a peer that is present, as it signed them. */
  peerRecord (peer: PeerId): Uint8Array | undefined {
    return this.#present.get(peer.toString())?.peerRecord
  }

  /** What `hear` would make of a record, before the dear checks are made. */
  judge (peer: PeerId, record: PresenceRecord): Verdict {
    const key = peer.toString()
    const mark = this.#present.get(key) ?? this.#gone.get(key)

    if (mark != null && compareRecords(record, mark) <= 0) {
      return 'superseded'
    }

    return this.#present.has(key) || record.status === 'leaving' || this.#present.size < this.#maxPresent ? 'news' : 'full'
  }

  /** Takes a record in, unless it is no news. */
  hear (record: CheckedRecord, at: Moment): RosterChange[] {
    if (this.judge(record.peer, record) !== 'news') {
      return []
    }

    const key = record.peer.toString()
    const known = this.#present.get(key)

    if (record.status === 'leaving') {
      return [
        ...(known == null ? [] : [{ kind: 'offline', entry: known.entry, reason: 'left' } as const]),
        ...this.#leave(key, record)
      ]
    }

    const expires = Math.ceil((at.now + record.lifetime) / EXPIRY_GRAIN) * EXPIRY_GRAIN
    const mark = { peer: record.peer, epoch: record.epoch, sequence: record.sequence, expires, peerRecord: record.peerRecord }

    this.#nextExpiry = Math.min(this.#nextExpiry ?? Infinity, expires)

    if (known != null && known.epoch === record.epoch && saysTheSame(known.entry, record)) {
      this.#present.set(key, { ...mark, entry: known.entry })

      return []
    }

    const restarted = known != null && known.epoch !== record.epoch
    const entry: PeerPresence = {
      peer: record.peer,
      status: record.status,
      data: record.data,
      multiaddrs: record.multiaddrs,
      since: known == null || restarted ? at.date : known.entry.since,
      epoch: record.epoch
    }

    this.#gone.delete(key)
    this.#present.set(key, { ...mark, entry })

    return [known == null ? { kind: 'online', entry } : { kind: 'update', entry, restarted }]
  }

  /** Takes off the roster whose lifetime is over. */
  expire (now: number): RosterChange[] {
    const changes: RosterChange[] = []

    if (this.#nextExpiry == null || this.#nextExpiry > now) {
      return changes
    }

    this.#nextExpiry = undefined

    for (const [key, { entry, expires, ...mark }] of this.#present) {
      if (expires <= now) {
        changes.push({ kind: 'offline', entry, reason: 'expired' }, ...this.#leave(key, mark))
      } else {
        this.#nextExpiry = Math.min(this.#nextExpiry ?? Infinity, expires)
      }
    }

    return changes
  }

  /** Takes everybody off the roster without a word, as when this peer itself stops. Marks stay. */
  clear (): void {
    this.#nextExpiry = undefined

    for (const [key, mark] of this.#present) {
      this.#leave(key, mark)
    }
  }

  /** Leaves a mark in the place of a peer, and forgets the oldest one if that makes too many. */
  #leave (key: string, { peer, epoch, sequence }: Mark): RosterChange[] {
    this.#present.delete(key)
    this.#gone.delete(key)
    this.#gone.set(key, { peer, epoch, sequence })

    const [oldest] = this.#gone

    if (oldest == null || this.#gone.size <= this.#maxGone) {
      return []
    }

    this.#gone.delete(oldest[0])

    return [{ kind: 'forgotten', peer: oldest[1].peer }]
  }
}

function saysTheSame (entry: PeerPresence, record: CheckedRecord): boolean {
  return entry.status === record.status &&
    equals(entry.data, record.data) &&
    entry.multiaddrs.length === record.multiaddrs.length &&
    entry.multiaddrs.every((multiaddr, index) => multiaddr.equals(record.multiaddrs[index]))
}
