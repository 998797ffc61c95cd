import { LATE_TIMER, LATE_TIMER_PATIENCE, SLEEP_LATENESS } from './constants.ts'
import type { Moment } from './entries.ts'

/** Whether this peer comes later to what it has to do than it meant to: messages may wait then, or it has slept. */
export class Lateness {
  /** What the clocks say when it comes in time. */
  #expected: { readonly due: number, readonly date: number } | undefined
  #patientUntil = -Infinity

  /** Nobody is dropped before this time, because a timer was late. */
  get patientUntil (): number {
    return this.#patientUntil
  }

  /** It means to come at that time. */
  expect (due: number, { now, date }: Moment): void {
    this.#expected = { due, date: date + due - now }
  }

  forget (): void {
    this.#expected = undefined
  }

  /** It has come. Returns whether it has slept. */
  notice ({ now, date }: Moment): boolean {
    const late = this.#expected == null ? 0 : Math.max(now - this.#expected.due, date - this.#expected.date)

    this.#expected = undefined

    if (late > LATE_TIMER && late <= SLEEP_LATENESS && this.#patientUntil < now - LATE_TIMER_PATIENCE - SLEEP_LATENESS) {
      this.#patientUntil = now + LATE_TIMER_PATIENCE
    }

    return late > SLEEP_LATENESS
  }
}
