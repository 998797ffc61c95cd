import { asError } from '../errors/index.ts'
import { endOfTurn } from '../waiting/index.ts'
import { QUIET_TURNS } from './constants.ts'
import { OutOfTimeError, SwarmEndedError } from './errors.ts'
import type { SeededWorld } from './seeded-world.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Something that somebody waits for, and for which time therefore goes on. */
interface Goal {
  /** Settles it if it can be by now, and says whether it did. */
  review(): boolean
  fail(err: Error): void
}

/**
 * Moves virtual time, from one moment in which something is due to the next, for as long as somebody waits for it, and never
 * before everything has come to rest: nothing sent, no timer started or stopped, and nothing of WebCrypto under way, for some turns
 * of the event loop.
 */
export class TimeDriver {
  readonly #clock: VirtualClock
  readonly #world: SeededWorld
  readonly #sent: () => number
  readonly #goals = new Set<Goal>()
  #isDriving = false
  #hasEnded = false

  /** @param sent - a count of what was sent in the network so far */
  constructor (clock: VirtualClock, world: SeededWorld, sent: () => number) {
    this.#clock = clock
    this.#world = world
    this.#sent = sent
  }

  /** Lets `ms` milliseconds pass. */
  async advance (ms: number): Promise<void> {
    let isOver = false

    setTimeout(() => { isOver = true }, ms)
    await this.#reach(() => isOver)
  }

  /**
   * Lets time pass until the condition holds.
   *
   * @param what - what is waited for, for the error
   * @throws {OutOfTimeError}
   */
  async until (condition: () => boolean, ms: number, what: () => string): Promise<void> {
    await this.#within(ms, what, condition)
  }

  /**
   * Lets time pass until the work is done, however that may end.
   *
   * @throws {OutOfTimeError}
   */
  async run<T> (work: Promise<T>, ms: number, what: () => string): Promise<T> {
    let isSettled = false
    const settle = (): void => { isSettled = true }

    work.then(settle, settle)
    await this.#within(ms, what, () => isSettled)

    return await work
  }

  /** Nobody is waited for any more, and time stands still for good. */
  end (): void {
    this.#hasEnded = true

    for (const goal of this.#goals) {
      goal.fail(new SwarmEndedError('the swarm was disposed of'))
    }

    this.#goals.clear()
  }

  async #within (ms: number, what: () => string, isReached: () => boolean): Promise<void> {
    let isLate = false
    const limit = setTimeout(() => { isLate = true }, ms)

    try {
      await this.#reach(() => {
        if (isReached()) {
          return true
        }

        if (isLate) {
          throw new OutOfTimeError(`not within ${ms / 1_000} s: ${what()}`)
        }

        return false
      })
    } finally {
      clearTimeout(limit)
    }
  }

  /** @param isReached - what it throws is thrown */
  async #reach (isReached: () => boolean): Promise<void> {
    if (this.#hasEnded) {
      throw new SwarmEndedError('the swarm was disposed of')
    }

    const reached = Promise.withResolvers<void>()

    this.#goals.add({
      review: () => {
        try {
          if (!isReached()) {
            return false
          }

          reached.resolve()
        } catch (thrown) {
          reached.reject(asError(thrown))
        }

        return true
      },
      fail: (err) => { reached.reject(err) }
    })

    if (!this.#isDriving) {
      void this.#drive()
    }

    await reached.promise
  }

  async #drive (): Promise<void> {
    this.#isDriving = true

    while (this.#goals.size > 0) {
      await this.#rest()

      // who waited for one of them goes on from there before time does
      if (!this.#review()) {
        this.#fireNext()
      }
    }

    this.#isDriving = false
  }

  /** Whether any goal was reached. */
  #review (): boolean {
    let hasReached = false

    for (const goal of this.#goals) {
      if (goal.review()) {
        this.#goals.delete(goal)
        hasReached = true
      }
    }

    return hasReached
  }

  #fireNext (): void {
    try {
      this.#clock.next()
    } catch (thrown) {
      // what a timer throws is nobody's to catch on the true clock either
      queueMicrotask(() => { throw thrown })
    }
  }

  async #rest (): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS;) {
      const sent = this.#sent()
      const { timers } = this.#clock

      await endOfTurn()

      if (this.#world.isBusy) {
        await this.#world.untilBack()
        quiet = 0
      } else {
        quiet = this.#sent() === sent && this.#clock.timers === timers ? quiet + 1 : 0
      }
    }
  }
}
