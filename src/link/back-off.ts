import { BACK_OFF_CAP, BACK_OFF_START } from './constants.ts'

/**
 * The delays between attempts: evenly random between nothing and a ceiling that doubles up to a cap ("full jitter"), so
 * that peers which lost each other at the same moment do not come back at the same moment. Pure.
 */
export class BackOff {
  readonly #random: () => number
  #attempts = 0

  /** @param random - a number from 0 up to, not including, 1 */
  constructor (random: () => number) {
    this.#random = random
  }

  /** Whether no delay was asked for since the start or the last reset. */
  get isFresh (): boolean {
    return this.#attempts === 0
  }

  /** How long to wait before the next attempt, milliseconds. */
  next (): number {
    const ceiling = Math.min(BACK_OFF_CAP, BACK_OFF_START * 2 ** this.#attempts)

    this.#attempts++

    return this.#random() * ceiling
  }

  reset (): void {
    this.#attempts = 0
  }
}
