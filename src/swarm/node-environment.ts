import { HIDDEN_STEP, LONG_HIDDEN, LONG_HIDDEN_STEP, LONGEST_TIMEOUT } from './constants.ts'
import type { Chance } from './chance.ts'
import type { Environment, Timer } from '../environment/index.ts'

interface Running {
  /** When it would fire were the page seen, by `now`. */
  readonly due: number
  readonly fired: () => void
  handle: ReturnType<typeof setTimeout> | undefined
}

/** The world as one node of a swarm sees it: virtual time, chance of its own, a clock that may be wrong, and a page that may be hidden. */
export class NodeEnvironment implements Environment {
  readonly #chance: Chance
  readonly #timers = new Set<Running>()
  #skew = 0
  /** Since when the page cannot be seen. */
  #hiddenSince: number | undefined

  constructor (chance: Chance) {
    this.#chance = chance
  }

  /** How far the clock is off, milliseconds. */
  set skew (ms: number) {
    this.#skew = ms
  }

  get isHidden (): boolean {
    return this.#hiddenSince !== undefined
  }

  now (): number {
    return performance.now()
  }

  date (): number {
    return Date.now() + this.#skew
  }

  startTimer (ms: number, fired: () => void): Timer {
    const timer: Running = { due: this.now() + Math.max(Math.min(ms, LONGEST_TIMEOUT), 0), fired, handle: undefined }

    this.#timers.add(timer)
    this.#set(timer)

    return {
      stop: () => {
        clearTimeout(timer.handle)
        this.#timers.delete(timer)
      }
    }
  }

  random (): number {
    return this.#chance.random()
  }

  randomBytes (length: number): Uint8Array {
    return this.#chance.bytes(length)
  }

  /** The page cannot be seen from now on. */
  hide (): void {
    this.#hiddenSince ??= this.now()
    this.#setAll()
  }

  /** It can be again: what was held back fires at once. */
  show (): void {
    this.#hiddenSince = undefined
    this.#setAll()
  }

  #setAll (): void {
    for (const timer of this.#timers) {
      clearTimeout(timer.handle)
      this.#set(timer)
    }
  }

  #set (timer: Running): void {
    timer.handle = setTimeout(() => {
      this.#timers.delete(timer)
      timer.fired()
    }, Math.max(Math.ceil(this.#heldUntil(timer.due) - this.now()), 0))
  }

  /** When a timer may fire that is due then. */
  #heldUntil (due: number): number {
    if (this.#hiddenSince === undefined) {
      return due
    }

    const longHidden = this.#hiddenSince + LONG_HIDDEN
    const soon = Math.ceil(due / HIDDEN_STEP) * HIDDEN_STEP

    return soon < longHidden ? soon : Math.ceil(due / LONG_HIDDEN_STEP) * LONG_HIDDEN_STEP
  }
}
