import { asError } from '../errors/index.ts'
import { FORGET_INTERVAL, FORGET_TIME } from './constants.ts'
import type { ComponentLogger, Libp2pEvents, PeerId, PeerStore, Startable, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import type { Environment, Timer } from '../environment/index.ts'

export interface DepartedPeersComponents {
  readonly events: TypedEventTarget<Libp2pEvents>
  readonly connectionManager: ConnectionManager
  readonly peerStore: PeerStore
  readonly logger: ComponentLogger
}

/**
 * Deletes peers that are gone from the peer store, which keeps them for six hours: a relay never dials them, and has others
 * tomorrow. Not at once, since what was under way with them, such as identify, still writes there.
 */
export class DepartedPeers implements Startable {
  readonly #components: DepartedPeersComponents
  readonly #environment: Environment
  /** When each was gone, those that went first before the others. */
  readonly #departed = new Map<string, { readonly peer: PeerId, readonly at: number }>()
  #running = new AbortController()
  #timer: Timer | undefined

  constructor (components: DepartedPeersComponents, environment: Environment) {
    this.#components = components
    this.#environment = environment
  }

  start (): void {
    const { events } = this.#components

    this.#running = new AbortController()
    events.addEventListener('peer:disconnect', ({ detail }) => { this.#onDisconnect(detail) }, { signal: this.#running.signal })
    this.#wait()
  }

  stop (): void {
    this.#running.abort()
    this.#timer?.stop()
    this.#departed.clear()
  }

  #onDisconnect (peer: PeerId): void {
    const key = peer.toString()

    this.#departed.delete(key)
    this.#departed.set(key, { peer, at: this.#environment.now() })
  }

  #wait (): void {
    this.#timer = this.#environment.startTimer(FORGET_INTERVAL, () => {
      void this.#forget()
      this.#wait()
    })
  }

  async #forget (): Promise<void> {
    const { connectionManager, peerStore, logger } = this.#components
    const now = this.#environment.now()

    for (const [key, { peer, at }] of this.#departed) {
      if (now - at < FORGET_TIME) {
        break
      }

      this.#departed.delete(key)

      if (connectionManager.getConnections(peer).length === 0) {
        try {
          await peerStore.delete(peer)
        } catch (thrown) {
          logger.forComponent('libp2p:invitation:relay').error('could not forget %p - %e', peer, asError(thrown))
        }
      }
    }
  }
}
