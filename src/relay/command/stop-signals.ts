import { constants } from 'node:os'
import { EXIT_CODE_SIGNAL, SAME_SIGNAL_TIME } from './constants.ts'
import type { EventEmitter } from 'node:events'
import type { Environment } from '../../environment/index.ts'

/** What ends a program that runs until it is told to end. A closed terminal sends `SIGHUP`. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

type StopSignal = typeof SIGNALS[number]

/** Where signals and uncaught errors come from: `process`. */
export type ProcessEvents = Pick<EventEmitter, 'on' | 'off'>

/** The first signal asks for a clean stop, a second one for an end at once. */
export class StopSignals implements Disposable {
  readonly #events: ProcessEvents
  readonly #environment: Pick<Environment, 'now'>
  readonly #asked = Promise.withResolvers<StopSignal>()
  readonly #insisted = Promise.withResolvers<number>()
  #askedAt: number | undefined

  constructor (events: ProcessEvents, environment: Pick<Environment, 'now'>) {
    this.#events = events
    this.#environment = environment

    for (const name of SIGNALS) {
      events.on(name, this.#onSignal)
    }
  }

  /** Resolves with the first signal. */
  get asked (): Promise<StopSignal> {
    return this.#asked.promise
  }

  /** Resolves at the second signal, with what to end with. */
  get insisted (): Promise<number> {
    return this.#insisted.promise
  }

  [Symbol.dispose] (): void {
    for (const name of SIGNALS) {
      this.#events.off(name, this.#onSignal)
    }
  }

  readonly #onSignal = (name: StopSignal): void => {
    const now = this.#environment.now()

    if (this.#askedAt == null) {
      this.#askedAt = now
      this.#asked.resolve(name)
    } else if (now - this.#askedAt >= SAME_SIGNAL_TIME) {
      this.#insisted.resolve(EXIT_CODE_SIGNAL + constants.signals[name])
    }
  }
}
