import { install } from '@sinonjs/fake-timers'
import { LONGEST_TIMEOUT, START_DATE } from './constants.ts'
import { SwarmRunningError } from './errors.ts'
import { Replacements } from './replacements.ts'
import type { Clock } from '@sinonjs/fake-timers'

/**
 * A clock in the place of the process's own, for everything in it: timers, `Date`, `performance.now` and
 * `AbortSignal.timeout`. It stands still but for `next`. What ends turns of the event loop, such as `setImmediate` and promises, goes on
 * by itself.
 */
export class VirtualClock {
  readonly #clock: Clock
  readonly #replacements = new Replacements()

  private constructor (clock: Clock) {
    this.#clock = clock
    // the platform's own runs on the true clock
    this.#replacements.replace(AbortSignal, 'timeout', abortAfter)
  }

  /**
   * Puts it in the place of the true one.
   *
   * @throws {SwarmRunningError} something else is there already, such as the fake timers of vitest
   */
  static install (): VirtualClock {
    if (isFakeDate(Date)) {
      throw new SwarmRunningError('the clock of this process is faked already: a swarm brings its own')
    }

    return new VirtualClock(install({
      now: START_DATE,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance']
    }))
  }

  /** Milliseconds since it began. */
  get now (): number {
    return this.#clock.now - START_DATE
  }

  /** How many timers run. */
  get timers (): number {
    return this.#clock.countTimers()
  }

  /** Goes on to the moment in which the next timer is due, and fires that one. Without any timer nothing happens. */
  next (): void {
    this.#clock.next()
  }

  /** The true clock is back; what still waits here waits for ever. */
  remove (): void {
    this.#replacements.putBack()
    this.#clock.uninstall()
  }
}

function abortAfter (ms: number): AbortSignal {
  const controller = new AbortController()

  setTimeout(() => {
    controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
  }, Math.min(ms, LONGEST_TIMEOUT))

  return controller.signal
}

/** So the fake timers of vitest, jest and sinon mark theirs. */
function isFakeDate (date: DateConstructor & { readonly isFake?: boolean }): boolean {
  return date.isFake === true
}
