import { peerIdFromString } from '@libp2p/peer-id'
import type { Connection, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { signallingAddresses, webRTCAddresses } from './dial-addresses.ts'
import type { LinkComponents } from './index.ts'

/** Makes connections to peers. */
export class Dialer {
  readonly #components: Pick<LinkComponents, 'connectionManager' | 'events' | 'peerStore'>

  constructor (components: Pick<LinkComponents, 'connectionManager' | 'events' | 'peerStore'>) {
    this.#components = components
  }

  /**
   * Dials the peer, and takes the connection that the peer makes meanwhile if that comes first: a dial can hang for
   * seconds on an address that is no more. It never waits for WebRTC.
   *
   * @param force - dial although there is a connection
   */
  async dial (peer: PeerId, force: boolean, signal: AbortSignal): Promise<Connection> {
    const { events, connectionManager } = this.#components
    const arrival = Promise.withResolvers<Connection>()
    const arrived = ({ detail }: CustomEvent<Connection>): void => {
      if (detail.remotePeer.equals(peer)) {
        arrival.resolve(detail)
      }
    }
    const dialled = async (): Promise<Connection> => {
      const addresses = signallingAddresses(peer, await this.#addresses(peer, signal), relay =>
        connectionManager.getConnections(peerIdFromString(relay)).some(({ status }) => status === 'open'))

      // of a peer without any, a peer router may know some
      return await connectionManager.openConnection(addresses.length > 0 ? addresses : peer, { force, signal })
    }

    events.addEventListener('connection:open', arrived)

    try {
      return await Promise.race([arrival.promise, dialled()])
    } finally {
      events.removeEventListener('connection:open', arrived)
    }
  }

  /** Makes a connection by this very address. */
  async dialAddress (address: Multiaddr, signal: AbortSignal): Promise<Connection> {
    return await this.#components.connectionManager.openConnection(address, { signal })
  }

  /** The addresses of a peer by which a direct connection to it is made over a relayed one. */
  async webRTCAddresses (peer: PeerId, signal: AbortSignal): Promise<Multiaddr[]> {
    return webRTCAddresses(peer, await this.#addresses(peer, signal))
  }

  async #addresses (peer: PeerId, signal: AbortSignal): Promise<Multiaddr[]> {
    try {
      const { addresses } = await this.#components.peerStore.get(peer, { signal })

      return addresses.map(({ multiaddr }) => multiaddr)
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name === 'NotFoundError') {
        return []
      }

      throw thrown
    }
  }
}
