import { asError } from '../../errors/index.ts'
import { REFUSAL_REPORT_INTERVAL, REFUSALS_METRIC, WATCH_INTERVAL } from './constants.ts'
import type { Environment, Timer } from '../../environment/index.ts'
import type { Relay, RelayStatus } from '../index.ts'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'

export interface StatusWatchInit {
  readonly relay: Pick<Relay, 'status'>
  /** Where the relay keeps its metrics. */
  readonly registry: Pick<Registry, 'getSingleMetric'>
  readonly log: Logger
  readonly environment: Environment
}

/**
 * Logs what becomes of a relay: other relays that come and go, what it refused (once a minute for each reason), and, for
 * whoever looks closely, its clients.
 */
export class StatusWatch {
  readonly #relay: StatusWatchInit['relay']
  readonly #registry: StatusWatchInit['registry']
  readonly #log: Logger
  readonly #environment: Environment
  /** By reason: the count that was told of last, and when. */
  readonly #refusals = new Map<string, { readonly count: number, readonly at: number }>()
  #last: RelayStatus
  #isRunning = false
  #timer: Timer | undefined

  constructor ({ relay, registry, log, environment }: StatusWatchInit) {
    this.#relay = relay
    this.#registry = registry
    this.#log = log
    this.#environment = environment
    this.#last = relay.status()
  }

  start (): void {
    this.#isRunning = true
    this.#wait()
  }

  stop (): void {
    this.#isRunning = false
    this.#timer?.stop()
  }

  #wait (): void {
    this.#timer = this.#environment.startTimer(WATCH_INTERVAL, () => { void this.#look() })
  }

  async #look (): Promise<void> {
    try {
      this.#compareStatus(this.#relay.status())
      await this.#countRefusals()
    } catch (thrown) {
      this.#log.error({ err: asError(thrown) }, 'cannot tell how the relay is')
    }

    if (this.#isRunning) {
      this.#wait()
    }
  }

  #compareStatus (status: RelayStatus): void {
    const { relays, connections, reservations, relayed, rooms } = status
    const last = this.#last

    this.#last = status

    if (relays.connected > last.relays.connected) {
      this.#log.info(relays, 'another relay is connected')
    } else if (relays.connected < last.relays.connected) {
      this.#log.warn(relays, 'another relay is lost')
    }

    if (reservations !== last.reservations || relayed !== last.relayed) {
      this.#log.debug({ connections, reservations, relayed, rooms }, 'clients')
    }
  }

  async #countRefusals (): Promise<void> {
    const counter = await this.#registry.getSingleMetric(REFUSALS_METRIC)?.get()
    const now = this.#environment.now()

    for (const { labels, value: count } of counter?.values ?? []) {
      const reason = String(labels['reason'])
      const told = this.#refusals.get(reason)

      if (count > (told?.count ?? 0) && (told == null || now - told.at >= REFUSAL_REPORT_INTERVAL)) {
        this.#log.warn({ reason, times: count - (told?.count ?? 0) }, 'refused')
        this.#refusals.set(reason, { count, at: now })
      }
    }
  }
}
