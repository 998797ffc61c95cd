import { systemEnvironment } from 'libp2p-invitation/environment'
import type { Timer } from 'libp2p-invitation/environment'

/** What the timers of all rooms are started by way of: the one that is named is who waits. */
const FRAME = /^(?!.*\/node_modules\/).*\/dist\/(?!environment\/|waiting\/)(?<file>.+?)\.js:/m

/** How many timers of the library's run, of all nodes in this process together. */
export class TimerCount {
  /** Each with the file that started it. */
  readonly #running = new Map<symbol, string>()

  /** How many each file has, by its name in `src`. */
  get running (): Record<string, number> {
    return Object.fromEntries([...Map.groupBy(this.#running.values(), file => file)].map(([file, { length }]) => [file, length]))
  }

  /** Sees every timer that is started from now on. */
  install (): void {
    const startTimer = systemEnvironment.startTimer.bind(systemEnvironment)

    systemEnvironment.startTimer = (ms: number, fired: () => void): Timer => {
      const running = Symbol('timer')
      const timer = startTimer(ms, () => {
        this.#running.delete(running)
        fired()
      })

      this.#running.set(running, FRAME.exec(new Error().stack ?? '')?.groups?.['file'] ?? 'others')

      return {
        stop: () => {
          this.#running.delete(running)
          timer.stop()
        }
      }
    }
  }
}
