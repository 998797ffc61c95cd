import { ASK_RETRY_DELAY, COMPARISONS, HEARTBEAT_JITTER, MAX_ASK_RETRY_DELAY, MEETING_COMPARISON_DELAY, MIN_COMPARISON_GAP } from './constants.ts'

/** What to ask a neighbour for: its roster, or whether it is the same as one's own. */
export type Question = 'roster' | 'comparison'

/**
 * When to ask a neighbour what it knows: for its whole roster as a newcomer and after an outage, and now and then whether
 * the two are the same. What gossip lost, and what both halves of a split room did not hear of each other, comes to light so.
 */
export class ComparisonTimes {
  readonly #lot: () => number
  #rosterAt = Infinity
  #comparisonAt = Infinity
  #failures = 0
  #comparisons = 0

  constructor (lot: () => number) {
    this.#lot = lot
  }

  start (): void {
    this.#rosterAt = Infinity
    this.#comparisonAt = Infinity
  }

  /** A whole roster is wanted, at that time. */
  wantRoster (time: number): void {
    this.#failures = 0
    this.#rosterAt = time
    this.#comparisonAt = Infinity
  }

  /** There is one more neighbour, who may know of others. */
  met (now: number): void {
    if (this.#comparisonAt < Infinity) {
      this.#comparisonAt = Math.min(this.#comparisonAt, now + this.#jittered(MEETING_COMPARISON_DELAY))
    }
  }

  /** Nobody could be asked yet, and now there is somebody who may know of others. */
  heardOfSomebody (now: number): void {
    if (this.#failures > 0 && this.#rosterAt < Infinity) {
      this.#rosterAt = Math.min(this.#rosterAt, now)
    }
  }

  get due (): number {
    return Math.min(this.#rosterAt, this.#comparisonAt)
  }

  /** What is to be asked now, if anything; it is under way then, until `answered` or `failed` says how it went. */
  take (now: number): Question | undefined {
    if (this.due > now) {
      return undefined
    }

    const question = this.#rosterAt <= now ? 'roster' : 'comparison'

    this.#rosterAt = Infinity
    this.#comparisonAt = Infinity

    return question
  }

  /** @param interval - milliseconds between two heartbeats */
  answered (question: Question, now: number, interval: number): void {
    if (question === 'roster') {
      this.#comparisons = 0
      this.#failures = 0
    } else {
      this.#comparisons++
    }

    // if a roster was wanted meanwhile, that comes first
    if (this.#rosterAt === Infinity) {
      this.#comparisonAt = now + this.#jittered(COMPARISONS[this.#comparisons] ?? Math.max(interval, MIN_COMPARISON_GAP))
    }
  }

  failed (question: Question, now: number, interval: number): void {
    if (question === 'comparison') {
      this.answered(question, now, interval)
    } else if (this.#rosterAt === Infinity) {
      this.#rosterAt = now + this.#jittered(Math.min(ASK_RETRY_DELAY * 2 ** this.#failures, MAX_ASK_RETRY_DELAY))
      this.#failures++
    }
  }

  #jittered (ms: number): number {
    return ms * (1 + HEARTBEAT_JITTER * (2 * this.#lot() - 1))
  }
}
