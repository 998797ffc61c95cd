import type { Violation } from './explore.ts'
import { Numbers } from './numbers.ts'

/**
 * The steps of an exploration. States have numbers, in the order in which they were reached first, and it is their turn
 * in that order.
 */
export class Runs {
  /** Where each step leads; those out of one state lie together. */
  readonly #targets = new Numbers()
  /** Where the steps out of each state end in `#targets`. */
  readonly #ends = new Numbers()
  /** How each state was reached first: from which, and by which action. */
  readonly #parents = new Numbers()
  readonly #actions: string[] = ['']
  #last = ''

  constructor () {
    this.#parents.push(0)
  }

  get steps (): number {
    return this.#targets.length
  }

  /** A step out of the state whose turn it is. */
  step (action: string, target: number): void {
    if (target === this.#actions.length) {
      this.#actions.push(action)
      this.#parents.push(this.#ends.length)
    }

    this.#targets.push(target)
    this.#last = action
  }

  /** All steps out of this state were taken; it is the next one's turn. */
  allStepsTaken (): void {
    this.#ends.push(this.#targets.length)
  }

  /** A shortest way that ends with the last step. */
  lastTrace (): string[] {
    return [...this.#traceTo(this.#ends.length), this.#last]
  }

  /**
   * Whether some run never ends because it comes back to where it was. If none does, and whatever waits has a timer, every
   * run comes to its end. States that nothing leads to are taken away until there are none; what is left goes in circles.
   */
  endless (): Violation | undefined {
    const waysIn = new Int32Array(this.#ends.length)
    const free: number[] = []
    let taken = 0

    for (let step = 0; step < this.steps; step++) {
      const target = this.#targets.at(step)

      waysIn[target] = (waysIn[target] ?? 0) + 1
    }

    for (let state: number | undefined = waysIn[0] === 0 ? 0 : undefined; state != null; state = free.pop()) {
      taken++

      for (let step = state === 0 ? 0 : this.#ends.at(state - 1); step < this.#ends.at(state); step++) {
        const target = this.#targets.at(step)
        const left = (waysIn[target] ?? 0) - 1

        waysIn[target] = left

        if (left === 0) {
          free.push(target)
        }
      }
    }

    return taken === waysIn.length ? undefined : { broken: 'a run can go on for ever', trace: this.#traceTo(waysIn.findIndex(ways => ways > 0)) }
  }

  #traceTo (state: number): string[] {
    const trace: string[] = []

    for (let at = state; at > 0; at = this.#parents.at(at)) {
      trace.unshift(this.#actions[at] ?? '')
    }

    return trace
  }
}
