import { asError } from '../errors/index.ts'
import { BackOff } from '../waiting/index.ts'
import { PATIENCE, REDIAL_CAP, REDIAL_START, STEADY_TIME } from './constants.ts'
import type { Environment, Timer } from '../environment/index.ts'

export interface AttemptsInit {
  /** Tries it once. Has to settle soon after the signal aborts. */
  attempt: (signal: AbortSignal) => Promise<void>
  /** An attempt failed; the next one is waited for already. */
  failed: (error: Error) => void
  /** What to wait after this error besides the delay, milliseconds; nothing by default. */
  pauseAfter?: (error: Error) => number
}

interface Attempt {
  readonly stop: AbortController
  readonly since: number
  /** Whether it was ended so that another one begins. */
  isOutdated: boolean
}

/**
 * Tries something again and again until it works, with jittered back-off, for as long as it takes.
 *
 * ```
 *          begin                 works
 *   idle ─────────▶ trying ──────────────▶ idle
 *    │               │  ▲
 *    │ begin, soon   │  │ delay over, or tryNow
 *    │ after one     ▼  │
 *    └────────────▶ waiting
 * ```
 *
 * `stop` leads to `idle` from anywhere.
 */
export class Attempts {
  readonly #environment: Environment
  readonly #init: AttemptsInit
  readonly #backOff: BackOff
  #trying: Attempt | undefined
  #waiting: Timer | undefined
  /** When the last attempt ended. */
  #ended: number | undefined

  constructor (environment: Environment, init: AttemptsInit) {
    this.#environment = environment
    this.#init = init
    this.#backOff = new BackOff(() => environment.random(), { start: REDIAL_START, cap: REDIAL_CAP })
  }

  get state (): 'idle' | 'trying' | 'waiting' {
    return this.#trying != null ? 'trying' : this.#waiting != null ? 'waiting' : 'idle'
  }

  /**
   * Begins to try, unless it is at it: the first time at once, later after a delay, so that those who lost the same thing
   * at the same moment do not all come back at once.
   */
  begin (): void {
    if (this.state !== 'idle') {
      return
    }

    if (this.#ended == null) {
      this.#try()
    } else {
      if (this.#environment.now() - this.#ended >= STEADY_TIME) {
        this.#backOff.reset()
      }

      this.#wait(this.#backOff.next())
    }
  }

  /**
   * Ends the delay, and begins anew an attempt that has been under way for a while: the network may be another one by now.
   * Does nothing where it is not trying at all.
   */
  tryNow (): void {
    if (this.#waiting != null) {
      this.#backOff.reset()
      this.#try()
    } else if (this.#trying != null && this.#environment.now() - this.#trying.since >= PATIENCE) {
      // only when it has ended: a dial that begins before that is joined to the one that is being given up
      this.#backOff.reset()
      this.#trying.isOutdated = true
      this.#trying.stop.abort()
    }
  }

  /** Ends the delay or the attempt. */
  stop (): void {
    this.#trying?.stop.abort()
    this.#trying = undefined
    this.#waiting?.stop()
    this.#waiting = undefined
  }

  #wait (delay: number): void {
    this.#waiting = this.#environment.startTimer(delay, () => { this.#try() })
  }

  #try (): void {
    this.stop()

    const attempt = { stop: new AbortController(), since: this.#environment.now(), isOutdated: false }

    this.#trying = attempt
    void this.#run(attempt)
  }

  async #run (attempt: Attempt): Promise<void> {
    try {
      await this.#init.attempt(attempt.stop.signal)
      this.#end(attempt)
    } catch (thrown) {
      if (!this.#end(attempt)) {
        return
      }

      if (attempt.isOutdated) {
        this.#try()
      } else {
        const error = asError(thrown)

        this.#wait(this.#backOff.next() + (this.#init.pauseAfter?.(error) ?? 0))
        this.#init.failed(error)
      }
    }
  }

  /** @returns whether it was this attempt that was waited for */
  #end (attempt: Attempt): boolean {
    if (this.#trying !== attempt) {
      return false
    }

    this.#trying = undefined
    this.#ended = this.#environment.now()

    return true
  }
}
