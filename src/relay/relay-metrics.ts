import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import type { RelayStatus } from './index.ts'
import type { RefusalReason } from './socket-gate.ts'

const PREFIX = 'libp2p_invitation_relay'

export interface RelayMetricsSource {
  readonly status: () => RelayStatus
  readonly refused: () => ReadonlyMap<RefusalReason, number>
}

/** The relay's own metrics, beside those of libp2p. Each is read when the registry is. */
export class RelayMetrics {
  readonly #registry: Registry
  readonly #names: string[] = []

  constructor (registry: Registry, { status, refused }: RelayMetricsSource) {
    this.#registry = registry
    this.#gauge('uptime_seconds', 'Seconds since the relay was started', () => status().uptime)
    this.#gauge('connections', 'Open connections', () => status().connections)
    this.#gauge('peers', 'Peers that are connected', () => status().peers)
    this.#gauge('reservations', 'Peers that can be reached by way of this relay', () => status().reservations)
    this.#gauge('relayed_connections', 'Open relayed connections', () => status().relayed)
    this.#gauge('rooms', 'Rooms whose gossip is passed on', () => status().rooms)
    this.#gauge('relays_known', 'Other relays to stay connected to', () => status().relays.known)
    this.#gauge('relays_connected', 'Other relays that there is a connection to', () => status().relays.connected)
    this.#refusals(refused)
  }

  /** Takes them out of the registry again. */
  remove (): void {
    for (const name of this.#names) {
      this.#registry.removeSingleMetric(name)
    }
  }

  #gauge (name: string, help: string, read: () => number): void {
    this.#registry.registerMetric(new Gauge({ name: this.#own(name), help, registers: [], collect () { this.set(read()) } }))
  }

  #refusals (refused: () => ReadonlyMap<RefusalReason, number>): void {
    this.#registry.registerMetric(new Counter({
      name: this.#own('refused_total'),
      help: 'Connections that were refused or cut, by reason',
      labelNames: ['reason'],
      registers: [],
      collect () {
        this.reset()

        for (const [reason, count] of refused()) {
          this.inc({ reason }, count)
        }
      }
    }))
  }

  #own (name: string): string {
    const full = `${PREFIX}_${name}`

    this.#names.push(full)

    return full
  }
}
