/** What the fuzzer draws by lot: the same seed, the same lots (xorshift32, Marsaglia 2003). It is the innermost loop, hence no better one. */
export class Lots {
  #state: number

  /** @param seed - a whole number */
  constructor (seed: number) {
    // mixed, so that neighbouring seeds have nothing in common; a state of 0 would stay so
    this.#state = Math.imul(seed ^ seed >>> 16, 0x7feb_352d) | 1
  }

  /** A whole number from 0 up to, not including, `end`; 0 if that is 0. */
  below (end: number): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5

    return Math.floor((this.#state >>> 0) / 0x1_0000_0000 * end)
  }

  /** Whether it comes, once in so many times. */
  once (times: number): boolean {
    return this.below(times) === 0
  }

  bytes (length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256))
  }

  oneOf<T> (list: readonly [T, ...T[]]): T
  oneOf<T> (list: readonly T[]): T | undefined
  oneOf<T> (list: readonly T[]): T | undefined {
    return list[this.below(list.length)]
  }
}
