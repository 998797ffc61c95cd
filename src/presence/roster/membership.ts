import { Attention } from './attention.ts'
import { ComparisonTimes } from './comparison-times.ts'
import { ASSUMED_RECORD_COST, LATE_TIMER, LATE_TIMER_PATIENCE, LONGEST_WAIT, RETURN_SPREAD_PER_PEER, SETTLING_TIME, SLEEP_LATENESS } from './constants.ts'
import { heartbeatPace } from './heartbeat-pace.ts'
import { Roster } from './roster.ts'
import { SpeakingTimes } from './speaking-times.ts'
import { Suspicions } from './suspicions.ts'
import type { Question } from './comparison-times.ts'
import type { HeartbeatPace } from './heartbeat-pace.ts'
import type { CheckedRecord, HandedOn, KeptMark, Mark, Moment, RosterChange, Verdict } from './entries.ts'
import type { HandedOnClaim } from './suspicions.ts'
import type { PeerId } from '@libp2p/interface'

/** What a membership is made with. */
export interface MembershipInit {
  /** This peer. */
  readonly self: PeerId
  /** Bytes a second that hearing everybody's heartbeats may cost. */
  readonly budget: number
  /** Numbers from 0 up to, not including, 1, for jitter. */
  readonly lot: () => number
}

/** How well a peer who is present can be taken to be so. */
export type Standing = 'announced' | 'stale'

/** What is to be done now. */
export interface Duties {
  /** Publish this peer's record, with this lifetime in milliseconds. */
  readonly say?: { readonly lifetime: number }
  /** Tell the app. */
  readonly changes: readonly RosterChange[]
  /** See whether these can be dialled, and tell `probed`. */
  readonly probe: readonly PeerId[]
  /** Publish that these are suspected. */
  readonly suspect: readonly Mark[]
  /** Ask a neighbour, and tell `answered` or `unanswered`. */
  readonly ask?: Question
  /** Whether somebody may have another standing than before. */
  readonly standingsChanged: boolean
}

/**
 * One's own membership in one room: what to say and when, whom to ask, whom to take for present, lost or gone. Pure: what
 * happens goes in together with its time; `duties` says what is to be done by then, and `due` when to ask it again.
 *
 * How somebody who crashed is missed (the idea of SWIM's suspicion):
 *
 * ```
 *   its last connection to a peer breaks ──▶ that peer dials it ──▶ reached: nothing
 *                                                  │ in vain
 *                                                  ▼
 *                              suspected, and published so, to the whole room
 *                                  │ 20 s                 │ it hears that and speaks
 *                                  ▼                      ▼
 *                             gone: `lost`             nothing
 * ```
 */
export class Membership {
  readonly roster: Roster = new Roster()
  /** Whether this peer is a page that nobody looks at. */
  isHidden = false
  /** Bytes that one record costs, as measured. */
  recordCost: number = ASSUMED_RECORD_COST
  readonly #init: MembershipInit
  readonly #speaking: SpeakingTimes
  readonly #comparisons: ComparisonTimes
  readonly #attention = new Attention()
  readonly #suspicions: Suspicions
  #isMember = false
  #neighbours = 0
  #standingsChanged = false
  #pending: RosterChange[] = []
  /** What the clock says when `duties` is called in time. */
  #expected: { readonly due: number, readonly date: number } | undefined
  /** When this peer has recovered from an outage or sleep of its own. */
  #recoveredAt = Infinity
  /** Nobody is dropped before this time, because a timer was late. */
  #patientUntil = -Infinity

  constructor (init: MembershipInit) {
    this.#init = init
    this.#speaking = new SpeakingTimes(init.lot)
    this.#comparisons = new ComparisonTimes(init.lot)
    this.#suspicions = new Suspicions(this.roster, this.#attention, init.lot, () => { this.#standingsChanged = true })
  }

  /** What the room makes of how often this peer speaks. */
  get pace (): HeartbeatPace {
    return heartbeatPace({ peers: this.roster.size + 1, recordCost: this.recordCost, budget: this.#init.budget, isHidden: this.isHidden })
  }

  /** Enters the room. Of those known from before only the marks count. */
  join (): void {
    this.#isMember = true
    this.#neighbours = 0
    this.#speaking.start()
    this.#comparisons.start()
    this.#attention.start()
  }

  /** Leaves the room: there is nothing to do from now on, and everybody is off the roster without a word. */
  leave (): void {
    this.#isMember = false
    this.#expected = undefined
    this.#suspicions.clear()
    this.#pending = []
    this.roster.clear()
  }

  /** What this peer says of itself is another. */
  changed (now: number): void {
    this.#speaking.changed(now)
  }

  /** How many neighbours in the room this peer is connected to. */
  neighbours (count: number, now: number): void {
    if (!this.#isMember) {
      return
    }

    const more = count > this.#neighbours

    this.#neighbours = count

    switch (this.#attention.neighbours(count, now)) {
      case 'met': {
        this.#speaking.met(now)
        this.#comparisons.wantRoster(now)
        break
      }
      case 'returned': {
        // who could not be reached while this peer was cut off itself was not at fault
        this.#suspicions.takeBack()
        this.#standingsChanged = true
        this.#recoveredAt = this.#attention.believesFrom
        this.#speaking.returned(now, this.#patience * this.roster.size)
        this.#comparisons.wantRoster(now + this.#patience * this.#init.lot() * this.roster.size * RETURN_SPREAD_PER_PEER)
        break
      }
      case 'cut off': {
        this.#standingsChanged = true
        break
      }
      default: {
        if (more) {
          this.#comparisons.met(now)
        }

        // what was said since may have gone into connections that were dead
        if (more && this.#attention.mayBeMissed(now)) {
          this.#speaking.repeat(now + SETTLING_TIME)
        }
      }
    }
  }

  /** The subject of a record published it. */
  hear (record: CheckedRecord, at: Moment): void {
    if (this.#isMember) {
      this.#taken(this.roster.isSuspected(record.peer), record, this.roster.hear(record, at))
    }
  }

  /** What `take` would make of a record, before the dear checks are made. */
  judgeHandedOn (record: HandedOnClaim, handedOn: HandedOn): Verdict {
    return this.#suspicions.isDisputed(record, handedOn) ? 'news' : this.roster.judgeHandedOn(record, handedOn)
  }

  /** A neighbour handed a record on. */
  take (record: CheckedRecord, handedOn: HandedOn, at: Moment): void {
    if (!this.#isMember) {
      return
    }

    if (this.#suspicions.isDisputed(record, handedOn)) {
      this.#suspicions.settle(record, handedOn, at.now, this.isHidden)
    } else {
      this.#taken(this.roster.isSuspected(record.peer), record, this.roster.take(record, handedOn, at))
    }
  }

  /**
   * Somebody in the room says that a peer is lost. Returns whether that is to be believed, and passed on.
   *
   * @param own - the latest record of this peer
   */
  hearSuspicion (suspicion: Mark, author: PeerId, own: Omit<Mark, 'peer'> | undefined, now: number): boolean {
    if (!suspicion.peer.equals(this.#init.self)) {
      return this.#suspicions.hear(suspicion, author, now)
    }

    if (own?.epoch === suspicion.epoch) {
      // whoever says so, and however often: what is not believed here may be believed elsewhere
      if (own.sequence > suspicion.sequence) {
        this.#speaking.repeat(now)
      } else {
        this.#speaking.refute(now)
      }
    }

    return false
  }

  /** The last connection to a peer broke. */
  lost (peer: PeerId, now: number): void {
    if (this.roster.get(peer) != null) {
      this.#attention.broke(now)
      this.#suspicions.lost(peer, now, this.isHidden)
    }
  }

  /** There is a connection to a peer. */
  reached (peer: PeerId): void {
    this.#suspicions.reached(peer)
  }

  /**
   * A peer that was to be probed could not be dialled.
   *
   * @param isOnline - whether this peer is connected to anybody else
   */
  unreachable (peer: PeerId, isOnline: boolean, now: number): void {
    this.#suspicions.unreachable(peer, isOnline, now)
  }

  /** This peer has no connection at all: what it takes others for may be its own fault. */
  offline (): void {
    this.#suspicions.takeBack()
    this.#suspicions.clear()
  }

  answered (question: Question, now: number): void {
    if (this.isHidden) {
      this.#speaking.settled(now)
    }

    this.#comparisons.answered(question, now, this.pace.interval)
  }

  unanswered (question: Question, now: number): void {
    if (question === 'roster' && this.#attention.isRecovering(now)) {
      this.#attention.untold(now)
      this.#recoveredAt = this.#attention.believesFrom
    }

    this.#comparisons.failed(question, now, this.pace.interval)
  }

  /** The page is back from being frozen, or the device from sleep: others may have spoken meanwhile. */
  woke (now: number): void {
    this.#attention.slept(now)
    this.#speaking.woke(now)
    this.#suspicions.takeBack()
    this.#suspicions.putOff(this.#attention.believesFrom)
    this.#standingsChanged = true
    this.#recoveredAt = this.#attention.believesFrom

    if (this.#neighbours > 0) {
      this.#comparisons.wantRoster(now)
    }
  }

  /** How somebody who is present is to be taken; undefined if it is not. */
  standing (peer: PeerId, now: number): Standing | undefined {
    const heard = this.roster.heardOf(peer)

    if (heard == null) {
      return undefined
    }

    return this.roster.isSuspected(peer) || this.#attention.mayHaveMissed(heard, now) ? 'stale' : 'announced'
  }

  /** Marks that were kept through a restart. */
  restore (marks: Iterable<KeptMark>): void {
    this.roster.restore(marks)
  }

  /** When `duties` is to be called at the latest. */
  due (at: Moment): number {
    if (!this.#isMember) {
      return Infinity
    }

    const { now, date } = at

    // or the sleep that nobody asked about yet would be overwritten
    this.#noticeLateness(at)

    const due = this.#standingsChanged || this.#pending.length > 0
      ? now
      : Math.max(Math.min(
        this.#speaking.due(now, this.pace),
        this.#neighbours > 0 ? this.#comparisons.due : Infinity,
        this.#suspicions.due,
        this.#nextEnd(now),
        this.#recoveredAt,
        now + LONGEST_WAIT
      ), now)

    this.#expected = { due, date: date + due - now }

    return due
  }

  /** What is to be done by now. Each is named once. */
  duties (at: Moment): Duties {
    if (!this.#isMember) {
      return { changes: [], probe: [], suspect: [], standingsChanged: false }
    }

    const { now } = at

    this.#noticeLateness(at)

    if (now >= this.#recoveredAt) {
      this.#recoveredAt = Infinity
      this.#standingsChanged = true
    }

    const changes = [...this.#pending, ...(now < this.#patientUntil ? [] : this.roster.expire(now, now < this.#attention.believesFrom))]
    const { pace } = this
    const says = this.#speaking.due(now, pace) <= now
    const lifetime = this.#speaking.lifetime(now, pace)
    const ask = this.#neighbours > 0 ? this.#comparisons.take(now) : undefined
    const duties = {
      changes,
      probe: this.#suspicions.takeProbes(now),
      suspect: this.#suspicions.takePublications(now),
      standingsChanged: this.#standingsChanged,
      ...(says ? { say: { lifetime } } : {}),
      ...(ask == null ? {} : { ask })
    }

    if (says) {
      this.#speaking.said(now, lifetime)
    }

    this.#pending = []
    this.#standingsChanged = false

    return duties
  }

  #taken (wasSuspected: boolean, { peer }: CheckedRecord, changes: RosterChange[]): void {
    this.#pending.push(...changes)

    if (wasSuspected && !this.roster.isSuspected(peer)) {
      this.#standingsChanged = true
    }
  }

  /** A late timer means that messages may wait, or that this peer has slept. */
  #noticeLateness ({ now, date }: Moment): void {
    const late = this.#expected == null ? 0 : Math.max(now - this.#expected.due, date - this.#expected.date)

    this.#expected = undefined

    if (late > SLEEP_LATENESS) {
      this.woke(now)
    } else if (late > LATE_TIMER && this.#patientUntil < now - LATE_TIMER_PATIENCE - SLEEP_LATENESS) {
      this.#patientUntil = now + LATE_TIMER_PATIENCE
    }
  }

  /** A page that nobody looks at does not put off for seconds what it has to do: its timer may take a minute. */
  get #patience (): number {
    return this.isHidden ? 0 : 1
  }

  /** When somebody may have to be dropped. */
  #nextEnd (now: number): number {
    const end = Math.max(this.roster.nextEnd ?? Infinity, this.#patientUntil)

    // a look while silence is not believed yet finds the certain ones only, and is not repeated at once
    return end <= now && now < this.#attention.believesFrom ? Math.min(this.#attention.believesFrom, now + LATE_TIMER_PATIENCE) : end
  }
}
