import { Attention } from './attention.ts'
import { ComparisonTimes } from './comparison-times.ts'
import { ASSUMED_RECORD_COST, LATE_TIMER_PATIENCE, LONGEST_WAIT, RETURN_SPREAD_PER_PEER, SETTLING_TIME } from './constants.ts'
import { heartbeatPace } from './heartbeat-pace.ts'
import { Greeting } from './greeting.ts'
import { Lateness } from './lateness.ts'
import { Roster } from './roster.ts'
import { SpeakingTimes } from './speaking-times.ts'
import { Suspicions } from './suspicions.ts'
import type { Question } from './comparison-times.ts'
import type { Duties, MembershipInit, Standing } from './membership-contract.ts'
import type { HeartbeatPace } from './heartbeat-pace.ts'
import type { AddressChange, CheckedRecord, HandedOn, KeptMark, Mark, Moment, RosterChange, Verdict } from './entries.ts'
import type { Bearer, HandedOnClaim } from './suspicions.ts'
import type { PeerId } from '@libp2p/interface'

/**
 * One's own part in one room, as a member of it or as one that only follows it: what to say and when, whom to ask, whom to take for present, lost or gone. Pure: what
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
  readonly roster: Roster
  /** Whether this peer is a page that nobody looks at. */
  isHidden = false
  /** Bytes that one record costs, as measured. */
  recordCost: number = ASSUMED_RECORD_COST
  readonly #init: MembershipInit
  /** Undefined where this peer only follows the room. */
  readonly #speaking: SpeakingTimes | undefined
  readonly #greeting: Greeting
  readonly #comparisons: ComparisonTimes
  readonly #attention = new Attention()
  readonly #suspicions: Suspicions
  readonly #lateness = new Lateness()
  #isMember = false
  #neighbours = 0
  #standingsChanged = false
  #pending: RosterChange[] = []
  /** When this peer has recovered from an outage or sleep of its own. */
  #recoveredAt = Infinity

  constructor (init: MembershipInit) {
    this.#init = init
    this.roster = new Roster(init.limits)
    this.#speaking = init.isSilent === true ? undefined : new SpeakingTimes(init.lot)
    this.#greeting = new Greeting(init.lot)
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
    this.#speaking?.start()
    this.#comparisons.start()
    this.#greeting.cancel()
    this.#attention.start()
  }

  /** Leaves the room: there is nothing to do from now on, and everybody is off the roster without a word. */
  leave (): void {
    this.#isMember = false
    this.#lateness.forget()
    this.#suspicions.clear()
    this.#pending = []
    this.roster.clear()
  }

  /** What this peer says of itself is another. */
  changed (now: number): void {
    this.#speaking?.changed(now)
  }

  /** How the addresses of this peer now differ from those that it said last. */
  addressesChanged (change: AddressChange, now: number): void {
    this.#speaking?.addressesChanged(change, now, this.roster.size)
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
        this.#speaking?.met(now)
        this.#comparisons.wantRoster(now)
        break
      }
      case 'returned': {
        // who could not be reached while this peer was cut off itself was not at fault
        this.#suspicions.takeBack()
        this.#standingsChanged = true
        this.#recoveredAt = this.#attention.believesFrom
        this.#speaking?.returned(now, this.#patience * this.roster.size)
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
          this.#speaking?.repeat(now + SETTLING_TIME)
        }
      }
    }
  }

  /** The subject of a record published it. */
  hear (record: CheckedRecord, at: Moment): void {
    if (!this.#isMember) {
      return
    }

    const wasSuspected = this.roster.isSuspected(record.peer)
    const changes = this.roster.hear(record, at)
    const isNew = changes.some(({ kind }) => kind === 'online')

    this.#taken(wasSuspected, record, changes)

    if (isNew) {
      this.#comparisons.heardOfSomebody(at.now)
    }

    // a hidden page's timer would come too late
    if (this.#init.greets === true && !this.isHidden) {
      this.#greeting.heard(record, isNew, this.roster.size, at.now)
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
   * @param bearer - the neighbour that brought it
   */
  hearSuspicion (suspicion: Mark, author: PeerId, own: Omit<Mark, 'peer'> | undefined, now: number, bearer?: Bearer): boolean {
    if (!suspicion.peer.equals(this.#init.self)) {
      return this.#suspicions.hear(suspicion, author, now, bearer)
    }

    if (own?.epoch === suspicion.epoch) {
      // whoever says so, and however often: what is not believed here may be believed elsewhere
      if (own.sequence > suspicion.sequence) {
        this.#speaking?.repeat(now)
      } else {
        this.#speaking?.refute(now)
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
      this.#speaking?.settled(now)
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
    this.#speaking?.woke(now)
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

    const { now } = at

    // or the sleep that nobody asked about yet would be overwritten
    this.#noticeLateness(at)

    const due = this.#standingsChanged || this.#pending.length > 0
      ? now
      : Math.max(Math.min(
        this.#speaking?.due(now, this.pace) ?? Infinity,
        this.#greeting.due,
        this.#neighbours > 0 ? this.#comparisons.due : Infinity,
        this.#suspicions.due,
        this.#nextEnd(now),
        this.#recoveredAt,
        now + LONGEST_WAIT
      ), now)

    this.#lateness.expect(due, at)

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

    const changes = [...this.#pending, ...(now < this.#lateness.patientUntil ? [] : this.roster.expire(now, now < this.#attention.believesFrom))]

    if (this.#greeting.take(now)) {
      this.#speaking?.repeat(now)
    }

    const say = this.#say(now)
    const ask = this.#neighbours > 0 ? this.#comparisons.take(now) : undefined
    const duties = {
      changes,
      probe: this.#suspicions.takeProbes(now),
      suspect: this.#suspicions.takePublications(now),
      standingsChanged: this.#standingsChanged,
      ...(say == null ? {} : { say }),
      ...(ask == null ? {} : { ask })
    }

    this.#pending = []
    this.#standingsChanged = false

    return duties
  }

  /** What this peer has to say now, if anything: then it is taken to be said. */
  #say (now: number): Duties['say'] {
    const { pace } = this

    if (this.#speaking == null || this.#speaking.due(now, pace) > now) {
      return undefined
    }

    const lifetime = this.#speaking.lifetime(now, pace)

    this.#speaking.said(now, lifetime)

    return { lifetime }
  }

  #taken (wasSuspected: boolean, { peer }: CheckedRecord, changes: RosterChange[]): void {
    this.#pending.push(...changes)

    if (wasSuspected && !this.roster.isSuspected(peer)) {
      this.#standingsChanged = true
    }
  }

  #noticeLateness (at: Moment): void {
    if (this.#lateness.notice(at)) {
      this.woke(at.now)
    }
  }

  /** A page that nobody looks at does not put off for seconds what it has to do: its timer may take a minute. */
  get #patience (): number {
    return this.isHidden ? 0 : 1
  }

  /** When somebody may have to be dropped. */
  #nextEnd (now: number): number {
    const end = Math.max(this.roster.nextEnd ?? Infinity, this.#lateness.patientUntil)

    // a look while silence is not believed yet finds the certain ones only, and is not repeated at once
    return end <= now && now < this.#attention.believesFrom ? Math.min(this.#attention.believesFrom, now + LATE_TIMER_PATIENCE) : end
  }
}
