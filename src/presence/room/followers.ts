import { FOLLOWER_NAME, FOLLOWER_VERSION } from './constants.ts'
import type { Libp2pEvents, PeerId, TypedEventTarget } from '@libp2p/interface'

/** By which protocol a peer is known to follow the rooms of its neighbours. */
export function followerProtocol (protocolPrefix: string): string {
  return `/${protocolPrefix}/${FOLLOWER_NAME}/${FOLLOWER_VERSION}`
}

/** Which neighbours follow rooms without being in them, as relays do: identify says so. */
export class Followers {
  readonly #events: TypedEventTarget<Libp2pEvents>
  readonly #protocol: string
  /** Whether each neighbour that was identified is one. */
  readonly #neighbours = new Map<string, boolean>()

  constructor (events: TypedEventTarget<Libp2pEvents>, protocolPrefix: string) {
    this.#events = events
    this.#protocol = followerProtocol(protocolPrefix)
  }

  /**
   * Listens until the signal aborts, and then forgets.
   *
   * @param found - told when a neighbour turns out to be one
   */
  start (signal: AbortSignal, found?: (peer: PeerId) => void): void {
    this.#events.addEventListener('peer:identify', ({ detail: { peerId, protocols } }) => {
      const isFollower = protocols.includes(this.#protocol)

      this.#neighbours.set(peerId.toString(), isFollower)

      if (isFollower) {
        found?.(peerId)
      }
    }, { signal })
    this.#events.addEventListener('peer:disconnect', ({ detail }) => { this.#neighbours.delete(detail.toString()) }, { signal })
    signal.addEventListener('abort', () => { this.#neighbours.clear() }, { once: true })
  }

  has (peer: PeerId): boolean {
    return this.#neighbours.get(peer.toString()) === true
  }

  /** Whether it is known of a neighbour yet. */
  isKnown (peer: PeerId): boolean {
    return this.#neighbours.has(peer.toString())
  }
}
