/** How much may be taken at once, and how much of it comes back in a second. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** A token bucket. Pure: the time, in milliseconds that only rise, is given. */
export class TokenBucket {
  readonly #rate: Rate
  #tokens: number
  #at: number

  constructor (rate: Rate, now: number) {
    this.#rate = rate
    this.#tokens = rate.burst
    this.#at = now
  }

  /** Takes so many tokens, or none if there are not as many. */
  take (now: number, count: number = 1): boolean {
    this.#refill(now)

    if (this.#tokens < count) {
      return false
    }

    this.#tokens -= count

    return true
  }

  /** Milliseconds until so many tokens are there, if none are taken before: 0 if they are, `Infinity` if they never will be. */
  timeUntil (now: number, count: number): number {
    this.#refill(now)

    return count > this.#rate.burst ? Infinity : Math.max(0, count - this.#tokens) / this.#rate.perSecond * 1_000
  }

  /** Puts back what was taken and not used. What would not fit is lost. */
  giveBack (now: number, count: number): void {
    this.#refill(now)
    this.#tokens = Math.min(this.#tokens + count, this.#rate.burst)
  }

  /** Whether nothing is missing: then it is as good as a new one. */
  isFull (now: number): boolean {
    this.#refill(now)

    return this.#tokens >= this.#rate.burst
  }

  #refill (now: number): void {
    // nothing times a rate without bounds would be no number
    if (now > this.#at) {
      this.#tokens = Math.min(this.#tokens + (now - this.#at) / 1_000 * this.#rate.perSecond, this.#rate.burst)
      this.#at = now
    }
  }
}
