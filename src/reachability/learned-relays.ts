import { MAX_ADDRESSES, MAX_CIRCUITS_OF_PEER, MAX_LEARNED, MAX_NAMERS } from './constants.ts'
import { relayOf } from './relay-address.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A relay that peers named, in the addresses at which they can be dialled. */
export interface LearnedRelay {
  readonly relay: PeerId
  readonly addresses: readonly Multiaddr[]
  /** Who named it. */
  readonly namers: ReadonlySet<string>
}

interface Entry extends LearnedRelay {
  readonly addresses: Multiaddr[]
  readonly namers: Set<string>
}

/**
 * The relays that others use, as their addresses tell. Bounded: when it is full, a new one takes the place of the first
 * that a single peer named and that is not in use. Nothing is forgotten when a peer goes offline: who has lost all its
 * relays sees everybody go, and needs them just then. Pure.
 */
export class LearnedRelays {
  readonly #relays = new Map<string, Entry>()

  list (): LearnedRelay[] {
    return [...this.#relays.values()]
  }

  has (relay: PeerId): boolean {
    return this.#relays.has(relay.toString())
  }

  /**
   * Takes what a peer says its addresses are.
   *
   * @param isUsable - whether this peer could dial that address of a relay
   * @param isInUse - whether that relay must stay
   */
  take (peer: PeerId, multiaddrs: readonly Multiaddr[], isUsable: (address: Multiaddr) => boolean, isInUse: (relay: PeerId) => boolean): void {
    for (const named of multiaddrs.map(relayOf).filter(found => found != null).slice(0, MAX_CIRCUITS_OF_PEER)) {
      if (isUsable(named.address)) {
        const entry = this.#entryOf(named.relay, isInUse)

        if (entry != null) {
          note(entry, peer, named.address)
        }
      }
    }
  }

  #entryOf (relay: PeerId, isInUse: (relay: PeerId) => boolean): Entry | undefined {
    const key = relay.toString()
    const known = this.#relays.get(key)

    if (known != null) {
      return known
    }

    if (this.#relays.size >= MAX_LEARNED) {
      const least = [...this.#relays].find(([, { relay: other, namers }]) => namers.size <= 1 && !isInUse(other))

      if (least == null) {
        return undefined
      }

      this.#relays.delete(least[0])
    }

    const entry: Entry = { relay, addresses: [], namers: new Set() }

    this.#relays.set(key, entry)

    return entry
  }
}

function note (entry: Entry, peer: PeerId, address: Multiaddr): void {
  if (entry.namers.size < MAX_NAMERS) {
    entry.namers.add(peer.toString())
  }

  if (entry.addresses.length < MAX_ADDRESSES && !entry.addresses.some(known => known.equals(address))) {
    entry.addresses.push(address)
  }
}
