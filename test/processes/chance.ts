/** Chance from a seed: the same seed draws the same lots. */
export class Chance {
  #state: number

  constructor (seed: number) {
    this.#state = seed >>> 0
  }

  /** A number from 0 up to, not including, 1 (mulberry32). */
  next (): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0

    let mixed = Math.imul(this.#state ^ this.#state >>> 15, this.#state | 1)

    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61)

    return ((mixed ^ mixed >>> 14) >>> 0) / 0x1_0000_0000
  }

  /** A whole number, both bounds included. */
  between (least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  /** One of these, by their weights. */
  pick<Choice extends string> (weights: { readonly [Name in Choice]: number }): Choice {
    const choices = Object.entries<number>(weights)
    let lot = this.next() * choices.reduce((sum, [, weight]) => sum + weight, 0)

    for (const [choice, weight] of choices) {
      lot -= weight

      if (lot < 0) {
        return choice as Choice
      }
    }

    return choices.at(-1)?.[0] as Choice
  }

  bytes (length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.between(0, 255))
  }
}
