import { Chance } from './chance.ts'
import type { invitation } from 'libp2p-invitation'

type Environment = NonNullable<Parameters<ReturnType<typeof invitation>>[1]>
type Timer = ReturnType<Environment['startTimer']>

interface RunningTimer {
  readonly due: number
  readonly fired: () => void
  handle: NodeJS.Timeout | undefined
}

/** Time that passes at a pace that can be changed, for the library alone: libp2p goes on by the clock. Timers are counted. */
export class PacedEnvironment implements Environment {
  readonly #chance: Chance
  readonly #timers = new Set<RunningTimer>()
  #pace: number
  /** What `now` said when the pace was last set, and the clock's reading at that moment. */
  #since = { now: 0, clock: performance.now() }

  /** @param pace - how many milliseconds pass in one */
  constructor (seed: number, pace: number) {
    this.#chance = new Chance(seed)
    this.#pace = pace
  }

  get runningTimers (): number {
    return this.#timers.size
  }

  set pace (pace: number) {
    this.#since = { now: this.now(), clock: performance.now() }
    this.#pace = pace

    for (const timer of this.#timers) {
      this.#start(timer)
    }
  }

  now (): number {
    return this.#since.now + (performance.now() - this.#since.clock) * this.#pace
  }

  date (): number {
    return Date.now()
  }

  startTimer (ms: number, fired: () => void): Timer {
    const timer: RunningTimer = { due: this.now() + ms, fired, handle: undefined }

    this.#timers.add(timer)
    this.#start(timer)

    return {
      stop: () => {
        clearTimeout(timer.handle)
        this.#timers.delete(timer)
      }
    }
  }

  random (): number {
    return this.#chance.next()
  }

  randomBytes (length: number): Uint8Array {
    return this.#chance.bytes(length)
  }

  #start (timer: RunningTimer): void {
    clearTimeout(timer.handle)
    timer.handle = setTimeout(() => {
      this.#timers.delete(timer)
      timer.fired()
    }, Math.max(0, timer.due - this.now()) / this.#pace)
  }
}
