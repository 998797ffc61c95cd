import { systemEnvironment } from 'libp2p-invitation/environment'
import type { Timer } from 'libp2p-invitation/environment'

/** How many timers of the library's run, of all nodes in this process together. */
export class TimerCount {
  readonly #running = new Set<symbol>()

  get running (): number {
    return this.#running.size
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

      this.#running.add(running)

      return {
        stop: () => {
          this.#running.delete(running)
          timer.stop()
        }
      }
    }
  }
}
