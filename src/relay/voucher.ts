import { Voucher } from './circuit-message.ts'
import type { PeerId, Record } from '@libp2p/interface'

/** Says, signed by the relay, that it relays to a peer until then (libp2p specification relay/circuit-v2, Reservation Vouchers). */
export class ReservationVoucher implements Record {
  readonly domain = 'libp2p-relay-rsvp'
  readonly codec: Uint8Array = Uint8Array.of(0x03, 0x02)
  readonly #marshaled: Uint8Array

  /** @param expiration - seconds since 1970 */
  constructor (relay: PeerId, peer: PeerId, expiration: bigint) {
    this.#marshaled = Voucher.encode({ relay: relay.toMultihash().bytes, peer: peer.toMultihash().bytes, expiration })
  }

  marshal (): Uint8Array {
    return this.#marshaled
  }

  equals (other: Record): boolean {
    return Buffer.compare(this.#marshaled, other.marshal()) === 0
  }
}
