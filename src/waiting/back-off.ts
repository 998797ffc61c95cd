/**
 * The delays between attempts: evenly random between nothing and a ceiling that doubles up to a cap ("full jitter"), so
 * that peers which lost each other at the same moment do not come back at the same moment. Pure.
 */
export class BackOff {
  readonly #random: () => number
  readonly #start: number
  readonly #cap: number
  #attempts = 0

  /**
   * @param random - a number from 0 up to, not including, 1
   * @param ceilings - the first and the highest, milliseconds
   */
  constructor (random: () => number, { start, cap }: { readonly start: number, readonly cap: number }) {
    this.#random = random
    this.#start = start
    this.#cap = cap
  }

  /** Whether no delay was asked for since the start or the last reset. */
  get isFresh (): boolean {
    return this.#attempts === 0
  }

  /** How long to wait before the next attempt, milliseconds. */
  next (): number {
    const ceiling = Math.min(this.#cap, this.#start * 2 ** this.#attempts)

    this.#attempts++

    return this.#random() * ceiling
  }

  reset (): void {
    this.#attempts = 0
  }
}
