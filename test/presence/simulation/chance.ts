/** Lots from a seed: the same seed draws the same lots (mulberry32; its period of 2^32 is enough for any run of ours). */
export class Chance {
  #state: number

  constructor (seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to, not including, 1. */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0

    let value = Math.imul(this.#state ^ this.#state >>> 15, this.#state | 1)

    value ^= value + Math.imul(value ^ value >>> 7, value | 61)

    return ((value ^ value >>> 14) >>> 0) / 0x1_0000_0000
  }

  between (from: number, to: number): number {
    return from + (to - from) * this.next()
  }

  /** Whether something happens that happens in this share of all cases. */
  happens (share: number): boolean {
    return this.next() < share
  }

  /** The time until something happens that happens once in `mean` on average, whenever it happened last. */
  waiting (mean: number): number {
    return -mean * Math.log(1 - this.next())
  }

  pick<T> (among: readonly T[]): T | undefined {
    return among[Math.floor(this.next() * among.length)]
  }
}
