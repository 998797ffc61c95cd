import { keepConnection } from '../reachability/index.ts'
import type { Startable } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Environment } from '../environment/index.ts'
import type { KeptConnection, KeptConnectionComponents } from '../reachability/index.ts'

/** The connections to other relays, so that what is said at one of them is heard at all. */
export class Mesh implements Startable {
  readonly #components: KeptConnectionComponents
  readonly #addresses: readonly Multiaddr[]
  readonly #environment: Environment
  #running = new AbortController()
  #kept: KeptConnection[] = []

  constructor (components: KeptConnectionComponents, addresses: readonly Multiaddr[], environment: Environment) {
    this.#components = components
    this.#addresses = addresses
    this.#environment = environment
  }

  /** To how many of them there is a connection, made by either side. */
  get connected (): number {
    return this.#kept.filter(({ isConnected }) => isConnected).length
  }

  get known (): number {
    return this.#addresses.length
  }

  start (): void {
    this.#running = new AbortController()
  }

  /** Dialling needs all of the node. */
  afterStart (): void {
    const { signal } = this.#running

    this.#kept = this.#addresses.map(address => keepConnection(this.#components, { address, signal }, this.#environment))
  }

  stop (): void {
    this.#running.abort()
    this.#kept = []
  }
}
