import { CODE_P2P, CODE_P2P_CIRCUIT } from '@multiformats/multiaddr'
import { atEndOfTurn } from '../waiting/index.ts'
import type { Connection, Libp2pEvents, PeerId, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import type { Multiaddr } from '@multiformats/multiaddr'

export interface LostConnectionsComponents {
  readonly events: TypedEventTarget<Libp2pEvents>
  readonly connectionManager: Pick<ConnectionManager, 'getConnections'>
}

/**
 * Tells when the last connection to a peer is closed, and whether that may be because the peer is gone. It is not, if it went by
 * way of a relay that is lost, too: who shared a relay with forty others would dial all of them at once to see whether they
 * are there, and they it, just when it has to find another way.
 */
export class LostConnections {
  readonly #components: LostConnectionsComponents
  readonly #lost: (peer: PeerId, isExplained: boolean) => void

  /** @param lost - `isExplained` if it says nothing of the peer itself */
  constructor (components: LostConnectionsComponents, lost: (peer: PeerId, isExplained: boolean) => void) {
    this.#components = components
    this.#lost = lost
  }

  /** Tells until the signal aborts. */
  start (signal: AbortSignal): void {
    this.#components.events.addEventListener('connection:close', ({ detail }) => { this.#closed(detail, signal) }, { signal })
  }

  #closed ({ remotePeer, remoteAddr }: Connection, signal: AbortSignal): void {
    const relay = relayOf(remoteAddr)

    if (relay == null) {
      this.#tell(remotePeer, false)
      return
    }

    // what is relayed closes before the connection to the relay says that it is closed
    atEndOfTurn(() => {
      if (!signal.aborted) {
        this.#tell(remotePeer, !this.#isConnected(id => id === relay))
      }
    })
  }

  #tell (peer: PeerId, isExplained: boolean): void {
    if (!this.#isConnected(id => id === peer.toString())) {
      this.#lost(peer, isExplained)
    }
  }

  #isConnected (isTo: (id: string) => boolean): boolean {
    return this.#components.connectionManager.getConnections().some(({ remotePeer, status }) => status === 'open' && isTo(remotePeer.toString()))
  }
}

/** The relay by way of which an address leads, as text; undefined if it leads there directly. */
function relayOf (address: Multiaddr): string | undefined {
  const components = address.getComponents()
  const relay = components[components.findIndex(({ code }) => code === CODE_P2P_CIRCUIT) - 1]

  return relay?.code === CODE_P2P ? relay.value : undefined
}
