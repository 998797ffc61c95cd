import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import type { Address, PeerId, PeerStore } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * Sees to it that whoever is on the roster can be dialled by peer id alone: what a peer has signed is in libp2p's peer
 * store before anybody is told of that peer.
 */
export class DialAddresses {
  readonly #peerStore: PeerStore

  constructor (peerStore: PeerStore) {
    this.#peerStore = peerStore
  }

  /**
   * Writes the addresses of a signed peer record. Where the store has a newer record of that peer, as from identifying
   * it, the newer one's addresses stay.
   */
  async write (peer: PeerId, peerRecord: Uint8Array): Promise<void> {
    await this.#peerStore.consumePeerRecord(peerRecord, { expectedPeer: peer })

    const { addresses, certified } = await this.#read(peer)

    if (!certified.every(multiaddr => addresses.some(known => known.multiaddr.equals(multiaddr)))) {
      await this.#renew(peer, certified)
    }
  }

  /** The same, and makes the addresses as young as if they had come just now. */
  async refresh (peer: PeerId, peerRecord: Uint8Array): Promise<void> {
    await this.write(peer, peerRecord)
    await this.#renew(peer, (await this.#read(peer)).certified)
  }

  /**
   * Takes a peer that nothing is known of any more out of the peer store, unless something else than presence put it
   * there: else a flood of made-up peers would fill it for good.
   */
  async forget (peer: PeerId): Promise<void> {
    if (!await this.#peerStore.has(peer)) {
      return
    }

    const { protocols, tags } = await this.#peerStore.get(peer)

    if (protocols.length === 0 && tags.size === 0) {
      await this.#peerStore.delete(peer)
    }
  }

  /** What the store gives out of a peer's addresses, and what the newest signed record that it has says they are. */
  async #read (peer: PeerId): Promise<{ addresses: Address[], certified: Multiaddr[] }> {
    const { addresses, peerRecordEnvelope } = await this.#peerStore.get(peer)

    return { addresses, certified: peerRecordEnvelope == null ? [] : readAddresses(peerRecordEnvelope) }
  }

  /**
   * The store (3.3.11) keeps the age of an address that it knows, and hides it once it is an hour old: so addresses are
   * taken out before they are put in again.
   */
  async #renew (peer: PeerId, certified: Multiaddr[]): Promise<void> {
    await this.#peerStore.patch(peer, { addresses: [] })
    await this.#peerStore.patch(peer, { addresses: certified.map(multiaddr => ({ multiaddr, isCertified: true })) })
  }
}

function readAddresses (peerRecord: Uint8Array): Multiaddr[] {
  return PeerRecord.createFromProtobuf(RecordEnvelope.createFromProtobuf(peerRecord).payload).multiaddrs
}
