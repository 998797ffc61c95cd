import { asError } from '../errors/index.ts'
import { withinTimeLimit } from '../waiting/index.ts'
import { DIAL_TIMEOUT } from './constants.ts'
import type { Environment } from '../environment/index.ts'
import type { Connection, PeerId } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * Dials one peer. Its addresses come one after the other, beginning with the one that worked last, and a dial that hangs
 * takes all the time of this attempt but none of the next one's, which goes on behind it. (libp2p, given all of them,
 * would begin with the one that hangs each time, and dials to one peer at the same time are joined into one.)
 */
export class Dialling {
  readonly #connectionManager: Pick<ConnectionManager, 'openConnection'>
  readonly #environment: Environment
  #next = 0

  constructor (connectionManager: Pick<ConnectionManager, 'openConnection'>, environment: Environment) {
    this.#connectionManager = connectionManager
    this.#environment = environment
  }

  /**
   * A connection to the peer: the one that stands, if one does.
   *
   * @param addresses - of one peer, each with its id; at least one
   * @throws {Error} what the dial of the last address failed with; `TimeoutError` by name after DIAL_TIMEOUT
   */
  async dial (addresses: readonly Multiaddr[], signal: AbortSignal): Promise<Connection> {
    return await withinTimeLimit(this.#environment, DIAL_TIMEOUT, signal, async (within) => {
      let error: Error | undefined

      for (let tried = 0; tried < addresses.length; tried++) {
        within.throwIfAborted()
        this.#next %= addresses.length

        try {
          return await this.#connectionManager.openConnection(addresses[this.#next]!, { signal: within })
        } catch (thrown) {
          // not where it was given up for reasons that are not the address's
          this.#next += signal.aborted ? 0 : 1
          error = asError(thrown)
        }
      }

      throw error
    })
  }
}

/** The connections on which a peer is reached without a relay in between. */
export function directConnections (connectionManager: Pick<ConnectionManager, 'getConnections'>, peer: PeerId): Connection[] {
  return connectionManager.getConnections(peer).filter(({ status, direct }) => status === 'open' && direct)
}
