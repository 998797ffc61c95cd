import { TokenBucket } from './token-bucket.ts'
import type { Rate } from './token-bucket.ts'

/** A token bucket for each of many, by name. One that is full again is forgotten, so that only the busy take memory. */
export class TokenBuckets {
  readonly #rate: Rate
  readonly #buckets = new Map<string, TokenBucket>()
  #lastSweep = 0

  constructor (rate: Rate) {
    this.#rate = rate
  }

  /** How many are remembered. */
  get size (): number {
    return this.#buckets.size
  }

  take (name: string, now: number, count: number = 1): boolean {
    this.#sweep(now)

    let bucket = this.#buckets.get(name)

    if (bucket == null) {
      bucket = new TokenBucket(this.#rate, now)
      this.#buckets.set(name, bucket)
    }

    return bucket.take(now, count)
  }

  /** Once in the time that an empty bucket takes to fill. */
  #sweep (now: number): void {
    if (now - this.#lastSweep < this.#rate.burst / this.#rate.perSecond * 1_000) {
      return
    }

    this.#lastSweep = now

    for (const [name, bucket] of this.#buckets) {
      if (bucket.isFull(now)) {
        this.#buckets.delete(name)
      }
    }
  }
}
