import { MAX_UNDER_WAY } from './constants.ts'

/**
 * How much is said to one peer and not heard yet, in all sessions with it. Each may say as much as the other side's windows
 * allow; what all of them say together must still fit on one link.
 */
export class UnderWay {
  #cost = 0

  hasRoomFor (cost: number): boolean {
    return this.#cost + cost <= MAX_UNDER_WAY
  }

  add (cost: number): void {
    this.#cost += cost
  }

  remove (cost: number): void {
    this.#cost -= cost
  }
}
