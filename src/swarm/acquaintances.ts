import { peerIdFromString } from '@libp2p/peer-id'
import { keepConnection } from '../reachability/index.ts'
import type { Environment } from '../environment/index.ts'
import type { KeptConnectionComponents } from '../reachability/index.ts'
import type { PeerStore, Startable } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

export interface AcquaintancesComponents extends KeptConnectionComponents {
  readonly peerStore: PeerStore
}

/** The nodes that a node knows from the start, as by a list that an app brings: it stays connected with them, or just knows where they are. */
export class Acquaintances implements Startable {
  readonly #components: AcquaintancesComponents
  readonly #addresses: readonly Multiaddr[]
  readonly #isKept: boolean
  readonly #environment: Environment
  #running = new AbortController()

  /**
   * @param addresses - with the id of its peer at the end of each
   * @param isKept - whether it stays connected with them
   */
  constructor (components: AcquaintancesComponents, addresses: readonly Multiaddr[], isKept: boolean, environment: Environment) {
    this.#components = components
    this.#addresses = addresses
    this.#isKept = isKept
    this.#environment = environment
  }

  async start (): Promise<void> {
    this.#running = new AbortController()

    if (!this.#isKept) {
      await Promise.all(this.#addresses.map(async (address) => {
        await this.#components.peerStore.merge(peerIdFromString(address.getComponents().at(-1)?.value ?? ''), { multiaddrs: [address] })
      }))
    }
  }

  /** Dialling needs all of the node. */
  afterStart (): void {
    if (this.#isKept) {
      for (const address of this.#addresses) {
        keepConnection(this.#components, { address, signal: this.#running.signal }, this.#environment)
      }
    }
  }

  stop (): void {
    this.#running.abort()
  }
}
