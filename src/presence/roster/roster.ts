import { equals } from 'uint8arrays/equals'
import { compareRecords } from '../record/index.ts'
import { EXPIRY_GRAIN, MAX_GONE, MAX_GONE_TOLD, MAX_PRESENT, MAX_PRESENT_BYTES } from './constants.ts'
import { Departed } from './departed.ts'
import { PresentPeers, saysTheSame } from './present-peers.ts'
import { RosterSpace } from './roster-space.ts'
import type { LastRecord } from './departed.ts'
import type { Present } from './present-peers.ts'
import type { RosterLimits } from './roster-space.ts'
import type { CheckedRecord, Claim, HandedOn, KeptMark, Mark, Moment, PeerPresence, RosterChange, RosterLine, Verdict } from './entries.ts'
import type { PeerId } from '@libp2p/interface'

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
 *      └───────────────  gone     by a goodbye (`left`), the end of its lifetime (`expired`), or a suspicion that
 *                                 it did not refute (`lost`)
 * ```
 *
 * A peer that is gone leaves its mark, so that no record that was heard before, or was made before, brings it back. What
 * is present and what is gone is bounded in number and bytes; a record of an unknown peer that finds the roster full is
 * not taken, since to push out somebody who is present would let a flood of made-up peers do so.
 */
export class Roster implements Iterable<PeerPresence> {
  readonly #maxPresent: number
  /** In the order in which they were heard of last. */
  readonly #present: PresentPeers
  readonly #departed: Departed
  #places = 0n
  /** Not later than the next end of a lifetime or of a suspicion. Heartbeats put those off without moving this. */
  #nextEnd: number | undefined

  constructor ({ present = MAX_PRESENT, space = new RosterSpace(MAX_PRESENT_BYTES), gone = MAX_GONE, goneTold = MAX_GONE_TOLD }: Partial<RosterLimits> = {}) {
    this.#maxPresent = present
    this.#present = new PresentPeers(space)
    this.#departed = new Departed(gone, goneTold)
  }

  get size (): number {
    return this.#present.size
  }

  /** How many peers are remembered, present or gone. */
  get remembered (): number {
    return this.#present.size + this.#departed.size
  }

  /** When `expire` next has something to do, at the earliest; undefined while nobody is present. */
  get nextEnd (): number | undefined {
    return this.#nextEnd
  }

  /** Stands for everybody who is present and not suspected. */
  get digest (): Uint8Array {
    return this.#present.digest.bytes
  }

  /**
   * Stands for everybody who is present and not suspected, and one more: who missed a suspicion, or that it was refuted, sees
   * a difference.
   */
  digestWith (peer: PeerId, epoch: string): Uint8Array {
    return this.#present.digest.with(peer, epoch)
  }

  * [Symbol.iterator] (): Iterator<PeerPresence> {
    for (const { entry } of this.#present.values()) {
      yield entry
    }
  }

  get (peer: PeerId): PeerPresence | undefined {
    return this.#present.get(peer.toString())?.entry
  }

  /** The signed peer record of somebody who is present. */
  peerRecord (peer: PeerId): Uint8Array | undefined {
    return this.#present.get(peer.toString())?.peerRecord
  }

  /** How far a peer has come, be it present or gone. */
  markOf (peer: PeerId): KeptMark | undefined {
    const key = peer.toString()
    const present = this.#present.get(key)
    const mark = present ?? this.#departed.get(key)

    return mark == null ? undefined : { peer: mark.peer, epoch: mark.epoch, sequence: mark.sequence, present: present != null }
  }

  /** When somebody who is present was last heard of. */
  heardOf (peer: PeerId): number | undefined {
    return this.#present.get(peer.toString())?.heard
  }

  /** Whether somebody who is present is taken to be lost unless it says otherwise. */
  isSuspected (peer: PeerId): boolean {
    return this.#present.get(peer.toString())?.suspicion != null
  }

  /** What `hear` would make of a record, before the dear checks are made. */
  judge (record: Claim): Verdict {
    return this.#judge(record, this.markOf(record.peer))
  }

  /** What `take` would. */
  judgeHandedOn (record: Claim & Pick<CheckedRecord, 'lifetime'>, { gone, age }: HandedOn): Verdict {
    const key = record.peer.toString()
    const mark = this.#departed.get(key)

    // who was present when this peer stopped may not have spoken since: its last word still stands
    if (!gone && mark != null && this.#departed.wasPresent(key) && compareRecords(record, mark) === 0) {
      return this.#hasRoomFor(record) ? 'news' : 'full'
    }

    // whether somebody who is present has gone is not for a neighbour to say, unless by that peer's own goodbye
    return (gone || record.lifetime <= age) && record.status !== 'leaving' && this.#present.get(key) != null
      ? 'superseded'
      : this.#judge(record, this.markOf(record.peer))
  }

  /** Takes a record in that its own subject published, unless it is no news. */
  hear (record: CheckedRecord, at: Moment): RosterChange[] {
    return this.judge(record) === 'news' ? this.#take(record, at) : []
  }

  /**
   * Whether a message is the first by which a record comes that a neighbour had handed on before. It is no news here, but
   * others depend on its being forwarded; once.
   */
  isPublishedNow (peer: PeerId, signed: Uint8Array): boolean {
    const key = peer.toString()
    const known = this.#present.get(key)

    if (known == null || known.wasPublished || !equals(known.signed, signed)) {
      return false
    }

    this.#present.set(key, { ...known, wasPublished: true })

    return true
  }

  /** Takes a record in that a neighbour handed on, unless it is no news. */
  take (record: CheckedRecord, handedOn: HandedOn, at: Moment): RosterChange[] {
    if (this.judgeHandedOn(record, handedOn) !== 'news') {
      return []
    }

    return record.status !== 'leaving' && (handedOn.gone || record.lifetime <= handedOn.age)
      ? this.#leave(record.peer.toString(), record, this.#lastOf({ ...record, heard: at.now - handedOn.age }))
      : this.#take(record, at, handedOn)
  }

  /**
   * Takes somebody who is present to be lost at that time, unless it speaks before. Returns whether that is new.
   *
   * @param isCertain - whether it is known to be its own fault, and not that of this peer's network
   */
  suspect (peer: PeerId, until: number, isCertain: boolean): boolean {
    const key = peer.toString()
    const known = this.#present.get(key)

    if (known == null || known.suspicion != null) {
      return false
    }

    this.#present.set(key, { ...known, suspicion: { until, isCertain } })
    this.#awaitEnd(until)

    return true
  }

  /** Takes a suspicion back. Returns whether there was one. */
  trust (peer: PeerId): boolean {
    const key = peer.toString()
    const known = this.#present.get(key)

    if (known?.suspicion == null) {
      return false
    }

    this.#present.set(key, { ...known, suspicion: undefined })

    return true
  }

  /** Puts all suspicions off to that time, but for those which are certain. */
  postpone (until: number): void {
    for (const [key, present] of this.#present) {
      if (present.suspicion?.isCertain === false && present.suspicion.until < until) {
        this.#present.set(key, { ...present, suspicion: { until, isCertain: false } })
      }
    }
  }

  /** Takes all suspicions back. Returns whether there were any. */
  trustAll (): boolean {
    return [...this.#present.values()].filter(({ peer }) => this.trust(peer)).length > 0
  }

  /**
   * Takes off the roster whose lifetime is over, and who did not refute a suspicion in time.
   *
   * @param onlyCertain - leaves out those who may have spoken without being heard here
   */
  expire (now: number, onlyCertain: boolean = false): RosterChange[] {
    const changes: RosterChange[] = []

    if (this.#nextEnd == null || this.#nextEnd > now) {
      return changes
    }

    this.#nextEnd = undefined

    for (const [key, present] of this.#present) {
      const { entry, expires, suspicion } = present
      const isLost = suspicion != null && suspicion.until <= now

      if ((isLost && suspicion.isCertain) || (!onlyCertain && (isLost || expires <= now))) {
        changes.push({ kind: 'offline', entry, reason: isLost ? 'lost' : 'expired' }, ...this.#leave(key, present, this.#lastOf(present)))
      } else {
        this.#awaitEnd(Math.min(expires, suspicion?.until ?? Infinity))
      }
    }

    return changes
  }

  /** Takes everybody off the roster without a word, as when this peer itself stops. Marks stay. */
  clear (): void {
    this.#nextEnd = undefined

    for (const [key, present] of this.#present) {
      this.#leave(key, present, { wasPresent: true })
    }
  }

  /** Puts marks in that were kept through a restart, where none is. */
  restore (marks: Iterable<KeptMark>): void {
    for (const { peer, epoch, sequence, present } of marks) {
      const key = peer.toString()

      if (this.markOf(peer) == null) {
        this.#departed.add(key, { peer, epoch, sequence }, { wasPresent: present })
      }
    }
  }

  /**
   * What is known of others, from the newest down: those who are present and not suspected, and those who went of late, as
   * far as their last record could still be taken for good.
   *
   * @param before - leaves out what has this place or a later one
   */
  * lines (now: number, before?: bigint): Generator<RosterLine & { readonly place: bigint }> {
    const present = [...this.#present.values()].filter(({ suspicion }) => suspicion == null)
    const lines = [
      ...present.map(({ signed, heard, place }) => ({ record: signed, age: Math.max(Math.floor(now - heard), 0), gone: false, place })),
      ...this.#departed.lastRecords(now).map(({ signed, heard, place }) => ({ record: signed, age: Math.max(Math.floor(now - heard), 0), gone: true, place }))
    ]

    yield * lines.filter(({ place }) => before == null || place < before).toSorted((a, b) => a.place < b.place ? 1 : -1)
  }

  #hasRoomFor ({ signed }: Claim): boolean {
    return this.#present.size < this.#maxPresent && this.#present.hasRoomFor(signed?.byteLength ?? 1)
  }

  #judge (record: Claim, mark: KeptMark | undefined): Verdict {
    if (mark != null && compareRecords(record, mark) <= 0) {
      return 'superseded'
    }

    return record.status === 'leaving' || (mark?.present === true ? this.#mayGrow(record) : this.#hasRoomFor(record)) ? 'news' : 'full'
  }

  /** Who is present may always say something that is no longer than what it said before. */
  #mayGrow ({ peer, signed }: Claim): boolean {
    const growth = (signed?.byteLength ?? 0) - (this.#present.get(peer.toString())?.signed.byteLength ?? 0)

    return growth <= 0 || this.#present.hasRoomFor(growth)
  }

  #take (record: CheckedRecord, at: Moment, handedOn?: HandedOn): RosterChange[] {
    const { peer, epoch, sequence, lifetime, peerRecord, signed } = record
    const key = peer.toString()
    const known = this.#present.get(key)
    const age = handedOn?.age ?? 0
    // a neighbour may have heard more, but cannot make that forgotten which was heard here
    const heard = Math.max(at.now - age, known?.heard ?? -Infinity)

    if (record.status === 'leaving') {
      return [
        ...(known == null ? [] : [{ kind: 'offline', entry: known.entry, reason: 'left' } as const]),
        ...this.#leave(key, record, this.#lastOf({ ...record, heard }))
      ]
    }

    const restarted = known != null && known.epoch !== epoch
    const saysNothingNew = known != null && !restarted && saysTheSame(known.entry, record)
    const entry: PeerPresence = saysNothingNew
      ? known.entry
      : { peer, status: record.status, data: record.data, multiaddrs: record.multiaddrs, since: known == null || restarted ? at.date : known.entry.since, epoch }
    const expires = Math.max(Math.ceil((heard + lifetime) / EXPIRY_GRAIN) * EXPIRY_GRAIN, age > 0 ? known?.expires ?? 0 : 0)

    // a neighbour that missed something finds it among what changed of late, not behind everybody's heartbeats
    const place = saysNothingNew && known?.suspicion == null ? known?.place ?? this.#nextPlace() : this.#nextPlace()

    if (known == null || restarted) {
      this.#departed.delete(key)
    }

    this.#present.setLast(key, { peer, epoch, sequence, entry, expires, heard, lifetime, peerRecord, signed, place, wasPublished: handedOn == null })
    this.#awaitEnd(expires)

    if (saysNothingNew) {
      return []
    }

    return [known == null ? { kind: 'online', entry, issued: record.issued } : { kind: 'update', entry, issued: record.issued, restarted }]
  }

  /** Leaves a mark in the place of a peer. */
  #leave (key: string, mark: Mark, kept: Parameters<Departed['add']>[2]): RosterChange[] {
    this.#present.delete(key)

    const forgotten = this.#departed.add(key, mark, kept)

    return forgotten == null ? [] : [{ kind: 'forgotten', peer: forgotten }]
  }

  /** What others are told of somebody who is gone. */
  #lastOf ({ signed, heard, lifetime }: Pick<Present, 'signed' | 'heard' | 'lifetime'>): { last: LastRecord } {
    return { last: { signed, heard, lifetime, place: this.#nextPlace() } }
  }

  #nextPlace (): bigint {
    return ++this.#places
  }

  #awaitEnd (end: number): void {
    this.#nextEnd = Math.min(this.#nextEnd ?? Infinity, end)
  }
}
