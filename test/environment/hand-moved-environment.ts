import { turn } from './event-loop.ts'
import type { Environment, Timer } from '../../src/environment/index.ts'

interface RunningTimer {
  readonly due: number
  readonly fired: () => void
}

/**
 * An environment in which time stands still until the test moves it, and chance is drawn from a seed.
 *
 * ```ts
 * const environment = new HandMovedEnvironment()
 * environment.startTimer(5_000, ring)
 * environment.advance(4_999)          // nothing
 * environment.advance(1)              // ring() runs, now
 * environment.pendingTimers           // 0
 * ```
 *
 * Timers fire in the order in which they are due, and those due at the same moment in the order in which they were
 * started. While one fires, `now()` is the moment that it was due; what it starts fires in the same `advance` if it
 * is due by then.
 */
export class HandMovedEnvironment implements Environment {
  readonly #timers = new Set<RunningTimer>()
  readonly #startDate: number
  #now = 0
  #chance: number

  /**
   * @param seed - the same seed draws the same lots
   * @param startDate - what `date()` says at the start, milliseconds since 1970
   */
  constructor (seed: number = 1, startDate: number = Date.UTC(2026, 0, 1)) {
    this.#chance = seed
    this.#startDate = startDate
  }

  now (): number {
    return this.#now
  }

  date (): number {
    return this.#startDate + this.#now
  }

  startTimer (ms: number, fired: () => void): Timer {
    const timer = { due: this.#now + Math.max(0, ms), fired }

    this.#timers.add(timer)

    return { stop: () => { this.#timers.delete(timer) } }
  }

  /**
   * A linear congruential generator, its upper bits: good enough to be without a pattern that a test could trip over.
   */
  random (): number {
    this.#chance = (Math.imul(this.#chance, 1_664_525) + 1_013_904_223) >>> 0

    return ((this.#chance ^ this.#chance >>> 15) >>> 0) / 0x1_0000_0000
  }

  randomBytes (length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(this.random() * 256))
  }

  /** How many timers run: 0 when everything that was started has been stopped or has fired. */
  get pendingTimers (): number {
    return this.#timers.size
  }

  /** Milliseconds until the next timer fires; `Infinity` when none runs. */
  get untilNextTimer (): number {
    const next = this.#next()

    return next == null ? Infinity : next.due - this.#now
  }

  /** Moves time on by `ms` milliseconds, and fires every timer that is due by then, before it returns. */
  advance (ms: number): void {
    const end = this.#now + ms

    for (let next = this.#next(); next != null && next.due <= end; next = this.#next()) {
      this.#fire(next)
    }

    this.#now = end
  }

  /**
   * The same, but lets the event loop turn before each timer and after the last one, so that what waits on promises,
   * or on streams in this process, is done and has started its own timers. For code that awaits between its timers.
   */
  async pass (ms: number): Promise<void> {
    const end = this.#now + ms

    await turns()

    for (let next = this.#next(); next != null && next.due <= end; next = this.#next()) {
      this.#fire(next)
      await turns()
    }

    this.#now = Math.max(this.#now, end)
  }

  #fire (timer: RunningTimer): void {
    this.#timers.delete(timer)
    this.#now = Math.max(this.#now, timer.due)
    timer.fired()
  }

  #next (): RunningTimer | undefined {
    let next: RunningTimer | undefined

    for (const timer of this.#timers) {
      if (next == null || timer.due < next.due) {
        next = timer
      }
    }

    return next
  }
}

/** A few turns of the event loop: streams between peers in one process take more than one. */
async function turns (): Promise<void> {
  for (let i = 0; i < 10; i++) {
    await turn()
  }
}
