import { OUTAGE_PATIENCE, RECOVERY_TIME, SUSPICION_TIME } from './constants.ts'

/**
 * Whether a peer that is not heard may have spoken all the same, because this peer itself was cut off or asleep.
 *
 * ```
 *              a neighbour                 no neighbour
 *   nobody yet ──────────▶ attentive ─────────────────────▶ cut off  for 120 s nobody is taken for gone,
 *                             ▲  │ slept                       │     then all are as they look
 *                  after 30 s │  ▼                             │ a neighbour
 *                          recovering ◀────────────────────────┘
 *                          nobody is taken for gone
 * ```
 */
export class Attention {
  #cutOffSince: number | undefined
  /** From when on this peer has heard whatever was said; undefined before it ever met anybody. */
  #since: number | undefined
  #recoversAt = -Infinity
  #brokeAt = -Infinity
  #mayBeMissedUntil = -Infinity

  /** As at the start. */
  start (): void {
    this.#brokeAt = -Infinity
    this.#mayBeMissedUntil = -Infinity
    this.#cutOffSince = undefined
    this.#since = undefined
    this.#recoversAt = -Infinity
  }

  /** How many neighbours there are now. Returns what that means, if it means something. */
  neighbours (count: number, now: number): 'met' | 'cut off' | 'returned' | undefined {
    if (this.#since == null) {
      if (count === 0) {
        return undefined
      }

      this.#since = now

      return 'met'
    }

    if (count === 0) {
      if (this.#cutOffSince == null) {
        this.#cutOffSince = now

        return 'cut off'
      }
    } else if (this.#cutOffSince != null) {
      this.#cutOffSince = undefined
      this.#recover(now)

      return 'returned'
    }

    return undefined
  }

  /** Time has passed that this peer did not notice. */
  slept (now: number): void {
    if (this.#cutOffSince != null) {
      this.#cutOffSince = now
    } else if (this.#since != null) {
      this.#recover(now)
    }
  }

  /** The last connection to somebody broke. Two in a short time may be this peer's own fault, be it for a moment. */
  broke (now: number): void {
    if (now < this.#brokeAt + SUSPICION_TIME) {
      this.#mayBeMissedUntil = now + SUSPICION_TIME
    }

    this.#brokeAt = now
  }

  /** Whether others may take this peer for lost, and not hear what it says on connections that are dead. */
  mayBeMissed (now: number): boolean {
    return now < this.#mayBeMissedUntil || this.isRecovering(now)
  }

  /** Nobody told this peer yet what it has missed: it takes longer to recover, within limits. */
  untold (now: number): void {
    if (this.isRecovering(now)) {
      this.#recoversAt = Math.min(now + RECOVERY_TIME, (this.#since ?? now) + OUTAGE_PATIENCE)
    }
  }

  /** Whether who was last heard of then may have spoken since, without being heard. */
  mayHaveMissed (heard: number, now: number): boolean {
    return this.#cutOffSince != null || (now < this.#recoversAt && heard < (this.#since ?? Infinity))
  }

  /** Whether this peer is back from an outage or sleep of its own, and others have not all spoken yet. */
  isRecovering (now: number): boolean {
    return this.#cutOffSince == null && now < this.#recoversAt
  }

  /** From when on a silence is believed, if nothing happens in between. */
  get believesFrom (): number {
    return this.#cutOffSince == null ? this.#recoversAt : this.#cutOffSince + OUTAGE_PATIENCE
  }

  #recover (now: number): void {
    this.#since = now
    this.#recoversAt = now + RECOVERY_TIME
  }
}
