import type { Environment, Timer } from '../environment/index.ts'

/**
 * A time limit that is moved or lifted with every word. That costs a field each time, not a timer: the timer that
 * runs is left alone and looks, when it fires, whether the limit has moved on.
 */
export class Deadline {
  readonly #environment: Environment
  readonly #passed: () => void
  /** When it passes; undefined when it is not set. */
  #due: number | undefined
  #timer: Timer | undefined
  /** When the timer that runs fires. */
  #timerDue = 0

  constructor (environment: Environment, passed: () => void) {
    this.#environment = environment
    this.#passed = passed
  }

  get isSet (): boolean {
    return this.#due !== undefined
  }

  /** Passes `ms` milliseconds from now, and no longer when it was set to before. */
  set (ms: number): void {
    const due = this.#environment.now() + ms

    this.#due = due

    if (this.#timer == null || this.#timerDue > due) {
      this.#timer?.stop()
      this.#startTimer(ms, due)
    }
  }

  /** Does not pass, until it is set again. */
  lift (): void {
    this.#due = undefined
  }

  /** Lifts it and leaves no timer behind. */
  stop (): void {
    this.#due = undefined
    this.#timer?.stop()
    this.#timer = undefined
  }

  #startTimer (ms: number, due: number): void {
    this.#timerDue = due
    this.#timer = this.#environment.startTimer(ms, () => {
      this.#timer = undefined

      if (this.#due === undefined) {
        return
      }

      const left = this.#due - this.#environment.now()

      if (left > 0) {
        this.#startTimer(left, this.#due)
      } else {
        this.#due = undefined
        this.#passed()
      }
    })
  }
}
