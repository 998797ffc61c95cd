import { asError } from '../errors/index.ts'
import { IDENTIFY_RETRY_DELAY, IDENTIFY_TRIES } from './constants.ts'
import type { Environment, Timer } from '../environment/index.ts'
import type { Connection, Libp2pEvents, Logger, PeerId, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'

/** What the repair uses of libp2p. */
export interface GossipRepairComponents {
  events: TypedEventTarget<Libp2pEvents>
  connectionManager: Pick<ConnectionManager, 'getConnections'>
  identify: { identify(connection: Connection): Promise<unknown> }
}

/**
 * Keeps gossip with a peer going when one of several connections to it closes.
 *
 * gossipsub (17.1.1) opens its stream on the first connection to a peer. When that one closes while another stays, as it
 * does each time a relayed connection was upgraded to a direct one, it goes silent in both directions for good, and no
 * error is seen. Identifying the peer anew over a connection that is left makes libp2p tell gossipsub of it.
 */
export class GossipRepair {
  readonly #events: GossipRepairComponents['events']
  readonly #connectionManager: GossipRepairComponents['connectionManager']
  readonly #identify: GossipRepairComponents['identify']
  readonly #environment: Environment
  readonly #log: Logger
  readonly #retries = new Set<Timer>()

  constructor (components: GossipRepairComponents, environment: Environment, log: Logger) {
    this.#events = components.events
    this.#connectionManager = components.connectionManager
    // a service that an app did not add, or under another name, is missed here, and not when a connection closes
    this.#identify = components.identify
    this.#environment = environment
    this.#log = log
  }

  /** Repairs until the signal aborts. */
  start (signal: AbortSignal): void {
    this.#events.addEventListener('connection:close', ({ detail }) => {
      this.#repair(detail.remotePeer, IDENTIFY_TRIES, signal)
    }, { signal })

    signal.addEventListener('abort', () => {
      for (const retry of this.#retries) {
        retry.stop()
      }

      this.#retries.clear()
    }, { once: true })
  }

  #repair (peer: PeerId, tries: number, signal: AbortSignal): void {
    const connection = this.#connectionManager.getConnections(peer).find(({ status }) => status === 'open')

    if (connection == null || signal.aborted) {
      return
    }

    this.#identify.identify(connection).catch((err: unknown) => {
      this.#log('could not identify %p anew after one of its connections closed - %e', peer, asError(err))

      if (tries === 1 || signal.aborted) {
        return
      }

      const retry = this.#environment.startTimer(IDENTIFY_RETRY_DELAY, () => {
        this.#retries.delete(retry)
        this.#repair(peer, tries - 1, signal)
      })
      this.#retries.add(retry)
    })
  }
}
