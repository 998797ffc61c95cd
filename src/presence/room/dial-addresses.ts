import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { asError } from '../../errors/index.ts'
import { STORING_TIME } from './constants.ts'
import type { Environment, Timer } from '../../environment/index.ts'
import type { Address, Logger, PeerId, PeerStore } from '@libp2p/interface'

/** What is being written about one peer, and what is to be told of it after that. */
interface Storing {
  writes: number
  readonly tell: Array<() => void>
  readonly limit: Timer
}

/**
 * Sees to it that whoever is on the roster can be dialled by peer id alone: what a peer has signed is in libp2p's peer
 * store before anybody is told of that peer.
 *
 * The store (libp2p 3.3.11) takes its locks by timers, which a busy process runs late and a hidden page once a minute. So
 * nothing waits for it but the telling: gossip is forwarded meanwhile, and a whole roster is written at once.
 */
export class DialAddresses {
  readonly #peerStore: PeerStore
  readonly #environment: Environment
  readonly #log: Logger
  readonly #storing = new Map<string, Storing>()

  constructor (peerStore: PeerStore, environment: Environment, log: Logger) {
    this.#peerStore = peerStore
    this.#environment = environment
    this.#log = log
  }

  /** Begins to write the addresses of a signed peer record. */
  store (peer: PeerId, peerRecord: Uint8Array): void {
    const key = peer.toString()
    const storing = this.#storing.get(key) ?? {
      writes: 0,
      tell: [],
      limit: this.#environment.startTimer(STORING_TIME, () => { this.#tell(key, storing) })
    }

    storing.writes++
    this.#storing.set(key, storing)
    this.write(peer, peerRecord)
      .catch((err: unknown) => { this.#log.error('could not store the addresses of %p - %e', peer, asError(err)) })
      .finally(() => {
        if (--storing.writes === 0) {
          this.#tell(key, storing)
        }
      })
  }

  /**
   * Tells something of a peer once what was to be stored about it is, in order: at once, if nothing is being stored, and
   * after a second even if it still is.
   */
  whenStored (peer: PeerId, tell: () => void): void {
    const storing = this.#storing.get(peer.toString())

    if (storing == null) {
      tell()
    } else {
      storing.tell.push(tell)
    }
  }

  /** Tells nothing of what waits. */
  stop (): void {
    for (const { limit } of this.#storing.values()) {
      limit.stop()
    }

    this.#storing.clear()
  }

  #tell (key: string, storing: Storing): void {
    if (this.#storing.get(key) === storing) {
      this.#storing.delete(key)
      storing.limit.stop()

      for (const tell of storing.tell) {
        tell()
      }
    }
  }

  /**
   * Writes the addresses of a signed peer record. Where the store has a newer one of that peer, as from identifying it, both
   * stand: that one tells what was true at a moment, as while a relay was being started anew, and a peer that announced an
   * address takes it back if it is gone for good.
   */
  async write (peer: PeerId, peerRecord: Uint8Array): Promise<void> {
    await this.#peerStore.consumePeerRecord(peerRecord, { expectedPeer: peer })
    await this.keep(peer, peerRecord)
  }

  /** Sees to it that the addresses of a signed peer record, which was written, are there still. */
  async keep (peer: PeerId, peerRecord: Uint8Array): Promise<void> {
    const { addresses, certified } = await this.#read(peer, peerRecord)

    if (!certified.every(({ multiaddr }) => addresses.some(known => known.multiaddr.equals(multiaddr)))) {
      await this.#renew(peer, certified)
    }
  }

  /** The same, and makes the addresses as young as if they had come just now. */
  async refresh (peer: PeerId, peerRecord: Uint8Array): Promise<void> {
    await this.write(peer, peerRecord)
    await this.#renew(peer, (await this.#read(peer, peerRecord)).certified)
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

  /** What the store gives out of a peer's addresses, and what the newest signed record that it has and this one say they are. */
  async #read (peer: PeerId, peerRecord: Uint8Array): Promise<{ addresses: Address[], certified: Address[] }> {
    const { addresses, peerRecordEnvelope } = await this.#peerStore.get(peer)

    return { addresses, certified: [peerRecordEnvelope, peerRecord].flatMap(known => known == null ? [] : certifiedAddresses(known)) }
  }

  /**
   * The store (3.3.11) keeps the age of an address that it knows, and hides it once it is an hour old: so addresses are
   * taken out before they are put in again.
   */
  async #renew (peer: PeerId, certified: Address[]): Promise<void> {
    await this.#peerStore.patch(peer, { addresses: [] })
    await this.#peerStore.patch(peer, { addresses: certified })
  }
}

function certifiedAddresses (peerRecord: Uint8Array): Address[] {
  const { multiaddrs } = PeerRecord.createFromProtobuf(RecordEnvelope.createFromProtobuf(peerRecord).payload)

  return multiaddrs.map(multiaddr => ({ multiaddr, isCertified: true }))
}
