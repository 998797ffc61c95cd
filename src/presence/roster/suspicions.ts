import { TokenBucket, TokenBuckets } from '../../limits/index.ts'
import { compareRecords } from '../record/index.ts'
import { FLOOD_PATIENCE, MAX_DISPUTES, PROBE_DELAY, SUSPICION_REPEAT, SUSPICION_TIME, SUSPICIONS_OF_ALL, SUSPICIONS_PER_AUTHOR } from './constants.ts'
import type { Attention } from './attention.ts'
import type { Roster } from './roster.ts'
import type { CheckedRecord, HandedOn, Mark } from './entries.ts'
import type { PeerId } from '@libp2p/interface'

/** What has to be known of a record that a neighbour hands on to judge it. */
export type HandedOnClaim = Pick<CheckedRecord, 'peer' | 'epoch' | 'sequence' | 'status' | 'lifetime'>

/** The neighbour that brought what somebody else says. */
export interface Bearer {
  readonly peer: PeerId
  /** Whether it follows rooms without being in them. */
  readonly isFollower: boolean
}

/** Somebody who is to be dialled. */
interface Probe {
  readonly peer: PeerId
  readonly at: number
  /** When there was reason for it. */
  readonly since: number
}

/** A suspicion that may be heard once more, since not everybody has to have heard the first. */
interface Repeat {
  readonly mark: Mark
  /** Of this peer's own, when to publish it again; of one of others, from when on to pass it on again. */
  readonly at: number
  readonly isOwn: boolean
}

/**
 * Who may be lost: whom to dial because of that, whom to name to the room, and what of what others say to believe. Who is
 * suspected at the moment is written on the roster.
 */
export class Suspicions {
  readonly #roster: Roster
  readonly #attention: Attention
  readonly #lot: () => number
  readonly #standingsChanged: () => void
  readonly #byVoucher = new TokenBuckets(SUSPICIONS_PER_AUTHOR)
  readonly #ofAll = new TokenBucket(SUSPICIONS_OF_ALL, 0)
  readonly #probes = new Map<string, Probe>()
  readonly #repeats = new Map<string, Repeat>()
  #toPublish: Mark[] = []

  /** @param standingsChanged - called whenever somebody is suspected or not any more */
  constructor (roster: Roster, attention: Attention, lot: () => number, standingsChanged: () => void) {
    this.#roster = roster
    this.#attention = attention
    this.#lot = lot
    this.#standingsChanged = standingsChanged
  }

  /** Forgets all that is still to be done. */
  clear (): void {
    this.#probes.clear()
    this.#repeats.clear()
    this.#toPublish = []
  }

  /** Takes everything back: those who are suspected may have answered without being heard. */
  takeBack (): void {
    if (this.#roster.trustAll()) {
      this.#standingsChanged()
    }

    this.#repeats.clear()
    this.#toPublish = []
  }

  /** Dials nobody before that time, because of what the network told before this peer noticed that it had slept. */
  putOff (time: number): void {
    for (const [key, probe] of this.#probes) {
      this.#probes.set(key, { ...probe, at: Math.max(probe.at, time) })
    }
  }

  /** The last connection to a peer broke. After an outage or sleep of this peer's own that says little: others speak first. */
  lost (peer: PeerId, now: number, isHurried: boolean): void {
    if (!this.#roster.isSuspected(peer)) {
      this.#probe(peer, now, isHurried)
    }
  }

  reached (peer: PeerId): void {
    this.#probes.delete(peer.toString())

    if (this.#roster.trust(peer)) {
      this.#standingsChanged()
    }
  }

  unreachable (peer: PeerId, isOnline: boolean, now: number): void {
    const mark = this.#roster.markOf(peer)
    // who can reach others and not this one is not cut off itself, even if it was the only neighbour
    const isCertain = isOnline && !this.#attention.isRecovering(now)

    if (mark?.present === true && this.#suspect(peer, now, isCertain) && isOnline) {
      this.#toPublish.push(mark)
      this.#repeats.set(peer.toString(), { mark, at: now + SUSPICION_REPEAT, isOwn: true })
    }
  }

  /** Somebody says that another peer is lost. Returns whether that is to be believed, and passed on. */
  hear (suspicion: Mark, author: PeerId, now: number, bearer?: Bearer): boolean {
    const { peer, epoch, sequence } = suspicion
    const key = peer.toString()
    const known = this.#roster.markOf(peer)
    const voucher = this.#voucher(author, bearer)

    // of another run nothing is said; that a later record of this run was heard elsewhere makes no difference
    if (known?.present !== true || known.epoch !== epoch || known.sequence > sequence || voucher == null) {
      return false
    }

    const isRepeated = this.#mayRepeat(key, now)

    if ((this.#roster.isSuspected(peer) && !isRepeated) || !this.#byVoucher.take(voucher, now)) {
      return false
    }

    if (!this.#ofAll.take(now)) {
      // others run out of them at other moments, so that not all who are suspected need have heard it
      this.#roster.postpone(now + FLOOD_PATIENCE)

      return false
    }

    this.#probes.delete(key)

    if (isRepeated) {
      this.#repeats.delete(key)
    } else {
      this.#suspect(peer, now, false)
      this.#repeats.set(key, { mark: suspicion, at: now + SUSPICION_REPEAT / 2, isOwn: false })
    }

    return true
  }

  /** Whether a neighbour takes somebody for gone who is present here, or has nothing against somebody whom this peer suspects. */
  isDisputed (record: HandedOnClaim, { gone }: HandedOn): boolean {
    const known = this.#roster.markOf(record.peer)

    if (known?.present !== true || record.status === 'leaving') {
      return false
    }

    const isSuspected = this.#roster.isSuspected(record.peer)

    return gone
      ? record.epoch === known.epoch && !isSuspected
      : compareRecords(record, known) === 0 && isSuspected && this.#repeats.get(record.peer.toString())?.isOwn === true
  }

  /** One of the two has not heard of a suspicion, or of its refutation. */
  settle ({ peer, sequence }: Mark, { gone }: HandedOn, now: number, isHurried: boolean): void {
    const isLater = sequence >= (this.#roster.markOf(peer)?.sequence ?? 0n)

    if (!gone) {
      this.#suspectAgain(peer, now)
    } else if (isLater && this.#attention.mayHaveMissed(this.#roster.heardOf(peer) ?? now, now)) {
      // one that did not sleep knows better
      this.#suspect(peer, now, false)
    } else if (this.#probes.size < MAX_DISPUTES) {
      // a look decides; if it finds nobody, the whole room is told, and the peer can answer that
      this.#probe(peer, now, isHurried)
    }
  }

  /** Whom to dial now. Each is named once. */
  takeProbes (now: number): PeerId[] {
    const due = [...this.#probes.values()].filter(({ at }) => at <= now)

    for (const { peer } of due) {
      this.#probes.delete(peer.toString())
    }

    // who has spoken since, and not just before, is there
    return due.filter(({ peer, since }) => (this.#roster.heardOf(peer) ?? Infinity) < since + PROBE_DELAY).map(({ peer }) => peer)
  }

  /** Whom to name to the room now. */
  takePublications (now: number): Mark[] {
    this.#repeat(now)

    const publications = this.#toPublish

    this.#toPublish = []

    return publications
  }

  /** When one of the two is to be asked for at the latest. */
  get due (): number {
    let due = this.#toPublish.length > 0 ? -Infinity : Infinity

    for (const { at } of this.#probes.values()) {
      due = Math.min(due, at)
    }

    for (const { at, isOwn } of this.#repeats.values()) {
      due = isOwn ? Math.min(due, at) : due
    }

    return due
  }

  /**
   * By whom a suspicion stands and falls: its author, if it is in the room; else the neighbour that brought it, if that is in
   * the room or follows it, for that one has believed it before it passed it on.
   */
  #voucher (author: PeerId, bearer: Bearer | undefined): string | undefined {
    if (this.#roster.get(author) != null) {
      return author.toString()
    }

    return bearer?.isFollower === true || (bearer != null && this.#roster.get(bearer.peer) != null) ? `brought by ${bearer.peer.toString()}` : undefined
  }

  #suspect (peer: PeerId, now: number, isCertain: boolean): boolean {
    const isNew = this.#roster.suspect(peer, now + SUSPICION_TIME, isCertain)

    if (isNew) {
      this.#standingsChanged()
    }

    return isNew
  }

  /** A suspicion of this peer's own that a neighbour has not heard may have been said while this peer was cut off. */
  #suspectAgain (peer: PeerId, now: number): void {
    const key = peer.toString()
    const own = this.#repeats.get(key)

    if (own?.isOwn === true) {
      this.#repeats.delete(key)
      this.#toPublish.push(own.mark)
      this.#roster.trust(peer)
      this.#roster.suspect(peer, now + SUSPICION_TIME, false)
    }
  }

  /** @param isHurried - a timer may come too late: it is to be done at the next opportunity */
  #probe (peer: PeerId, now: number, isHurried: boolean): void {
    const from = this.#attention.isRecovering(now) ? this.#attention.believesFrom : now

    this.#probes.set(peer.toString(), { peer, at: from + (isHurried ? 0 : PROBE_DELAY * (1 + this.#lot())), since: now })
  }

  #mayRepeat (key: string, now: number): boolean {
    const repeat = this.#repeats.get(key)

    return repeat != null && !repeat.isOwn && repeat.at <= now && this.#roster.isSuspected(repeat.mark.peer)
  }

  /**
   * Publishes its own once more, and forgets what was refuted or came true. Not what was taken back because its peer was
   * reached: the others have not heard from that peer, and it not what is said of it.
   */
  #repeat (now: number): void {
    for (const [key, { mark, at, isOwn }] of this.#repeats) {
      const known = this.#roster.markOf(mark.peer)

      if (known?.present !== true || compareRecords(known, mark) > 0) {
        this.#repeats.delete(key)
      } else if (isOwn && at <= now) {
        this.#repeats.set(key, { mark, isOwn, at: Infinity })
        this.#toPublish.push(mark)
      }
    }
  }
}
