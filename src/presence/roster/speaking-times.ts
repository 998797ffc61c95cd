import { TokenBucket } from '../../limits/index.ts'
import { ADDRESS_PATIENCE, ADDRESS_SPREAD_PER_PEER, ENTERING_TIME, FIRST_LIFETIME, HEARTBEAT_JITTER, LATEST_HEARTBEAT, LEAST_WAIT, MAX_ADDRESS_SPREAD, MAX_RETURN_SPREAD, MEETING_REPEAT, MIN_RECORD_GAP, REFUTATION_GAP, REFUTATION_REPEAT, REFUTATIONS, RETURN_SPREAD_PER_PEER, SETTLING_TIME } from './constants.ts'
import type { AddressChange } from './entries.ts'
import type { HeartbeatPace } from './heartbeat-pace.ts'

/**
 * When a peer speaks in a room: at once when something about it changed or is said of it, and as a heartbeat in between.
 *
 * The time to the next heartbeat passes at the pace of each moment: faster while a room empties, slower while it fills. So
 * all of them together speak as often as the budget allows at any time, and not all at once when a room has shrunk (RFC
 * 3550, sections 6.3.3 and 6.3.4, has this aim). But it is never later than half of the lifetime that this peer promised last.
 */
export class SpeakingTimes {
  readonly #lot: () => number
  #firstSaid = Infinity
  #lastSaid = -Infinity
  #promised = Infinity
  #jitter = 1
  /** The share of the way to the next heartbeat that is behind us, when that was, and the pace since then. */
  #progress = 0
  #progressAt = -Infinity
  #interval = Infinity
  /** When something is to be said that is more than a heartbeat. */
  #wanted = Infinity
  /** When other addresses are to be said. */
  #addressesAt = Infinity
  /** What is said before that is lost, or comes all at once from many. */
  #notBefore = -Infinity
  /** How long after it what is said next is to be said once more. */
  #repeatAfter = Infinity
  /** No timer for them as long as they are few: a hidden page's would come too late. */
  readonly #refutations = new TokenBucket(REFUTATIONS, 0)

  constructor (lot: () => number) {
    this.#lot = lot
  }

  /** Nothing was said yet: there is nothing to say before somebody is there to hear it. */
  start (): void {
    this.#firstSaid = Infinity
    this.#lastSaid = -Infinity
    this.#wanted = Infinity
    this.#addressesAt = Infinity
    this.#notBefore = -Infinity
    this.#repeatAfter = Infinity
  }

  /** What this peer says of itself is another. */
  changed (now: number): void {
    if (this.#lastSaid > -Infinity) {
      this.#want(Math.max(now, this.#lastSaid + MIN_RECORD_GAP))
    }
  }

  /** How the addresses of this peer now differ from those that it said last. */
  addressesChanged (change: AddressChange, now: number, peers: number): void {
    if (change === 'none') {
      this.#addressesAt = Infinity
    } else if (change === 'all') {
      this.changed(now)
    } else {
      const patience = change === 'fewer' ? ADDRESS_PATIENCE : 0

      this.#addressesAt = Math.min(this.#addressesAt, now + patience + this.#lot() * Math.min(peers * ADDRESS_SPREAD_PER_PEER, MAX_ADDRESS_SPREAD))
    }
  }

  /** There is somebody to hear it, and by the time that it is said again perhaps others, whom that one does not know. */
  met (now: number): void {
    this.#notBefore = now + SETTLING_TIME
    this.#want(this.#notBefore)
    this.#repeatAfter = MEETING_REPEAT
  }

  /**
   * There is somebody again, who may take this peer for lost. Others of this room may have been cut off together with it,
   * and be back with it.
   */
  returned (now: number, peers: number): void {
    this.#notBefore = now + SETTLING_TIME + this.#lot() * Math.min(peers * RETURN_SPREAD_PER_PEER, MAX_RETURN_SPREAD)
    this.#want(this.#notBefore)
    this.#repeatAfter = REFUTATION_REPEAT
  }

  /** A neighbour that was met has answered: most likely it hears what is said now. */
  settled (now: number): void {
    if (this.#notBefore > now) {
      this.#notBefore = now
      this.#want(now)
      this.#repeatAfter = SETTLING_TIME
    }
  }

  /** This peer was asleep: what it says at once may go into connections that are dead. */
  woke (now: number): void {
    this.changed(now)
    this.#repeatAfter = REFUTATION_REPEAT
  }

  /** Somebody says that this peer is lost: it speaks, and once more later, since all of the room has to hear it. */
  refute (now: number): void {
    this.#want(this.#refutations.take(now) ? now : Math.max(now, this.#lastSaid + REFUTATION_GAP))
    this.#repeatAfter = REFUTATION_REPEAT
  }

  /** From that time on, what was said last may be said once more: not everybody who takes this peer for lost need have heard it. */
  repeat (from: number): void {
    this.#want(Math.max(from, this.#lastSaid + REFUTATION_REPEAT))
  }

  /** When to speak, if the pace stays as it is. Times that are given only rise. */
  due (now: number, { interval }: HeartbeatPace): number {
    if (this.#lastSaid === -Infinity) {
      return Math.max(this.#wanted, this.#notBefore)
    }

    this.#progress += (now - this.#progressAt) / (this.#interval * this.#jitter)
    this.#progressAt = now
    this.#interval = interval

    const left = (1 - this.#progress) * interval * this.#jitter
    const latest = this.#lastSaid + this.#promised * LATEST_HEARTBEAT / (1 + HEARTBEAT_JITTER) * this.#jitter

    return Math.max(Math.min(this.#wanted, this.#addressesAt, latest, left < LEAST_WAIT ? now : now + left), this.#notBefore)
  }

  /** How long what is said now is good for. Who has just entered does not know yet how many there will be. */
  lifetime (now: number, { lifetime }: HeartbeatPace): number {
    return now < this.#firstSaid + ENTERING_TIME ? Math.max(lifetime, FIRST_LIFETIME) : lifetime
  }

  /** It was said, and is good for that lifetime. */
  said (now: number, lifetime: number): void {
    this.#firstSaid = Math.min(this.#firstSaid, now)
    this.#lastSaid = now
    this.#progress = 0
    this.#progressAt = now
    this.#promised = lifetime
    this.#jitter = 1 + HEARTBEAT_JITTER * (2 * this.#lot() - 1)
    this.#wanted = now + this.#repeatAfter
    this.#addressesAt = Infinity
    this.#repeatAfter = Infinity
  }

  #want (time: number): void {
    this.#wanted = Math.min(this.#wanted, time)
  }
}
