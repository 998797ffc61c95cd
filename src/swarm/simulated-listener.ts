import { TypedEventEmitter } from 'main-event'
import { asError } from '../errors/index.ts'
import type { Port } from './port.ts'
import type { SimulatedConnection } from './simulated-connection.ts'
import type { Listener, ListenerEvents, Upgrader } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Takes the connections that others make to a node. */
export class SimulatedListener extends TypedEventEmitter<ListenerEvents> implements Listener {
  readonly #port: Port
  readonly #upgrader: Upgrader
  readonly #running = new AbortController()
  #address: Multiaddr | undefined

  constructor (port: Port, upgrader: Upgrader) {
    super()

    this.#port = port
    this.#upgrader = upgrader
  }

  async listen (address: Multiaddr): Promise<void> {
    this.#address = address
    this.#port.accept = (connection) => { this.#accept(connection) }
    queueMicrotask(() => { this.safeDispatchEvent('listening') })
  }

  getAddrs (): Multiaddr[] {
    return this.#address == null ? [] : [this.#address]
  }

  updateAnnounceAddrs (): void {}

  async close (): Promise<void> {
    this.#port.accept = undefined
    this.#address = undefined
    this.#running.abort()
    queueMicrotask(() => { this.safeDispatchEvent('close') })
  }

  #accept (connection: SimulatedConnection): void {
    this.#upgrader.upgradeInbound(connection, { signal: this.#running.signal })
      .catch((thrown: unknown) => { connection.abort(asError(thrown)) })
  }
}
