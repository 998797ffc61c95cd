import type { PeerId } from '@libp2p/interface'

/**
 * Eight bytes that stand for a set of peers and their epochs, so that two rosters can be compared without being sent.
 * The order in which peers come and go does not matter. It tells differences that happen from each other, not such as
 * somebody makes on purpose: a neighbour that wants to keep something from us need not tell it either.
 */
export class RosterDigest {
  #high = 0
  #low = 0

  /** Puts a peer in, or takes it out again: the two are one. */
  toggle (peer: PeerId, epoch: string): void {
    const text = `${peer.toString()} ${epoch}`

    this.#high ^= hash(text, 0x811c_9dc5)
    this.#low ^= hash(text, 0x9e37_79b9)
  }

  /** The bytes, with one more peer in them. */
  with (peer: PeerId, epoch: string): Uint8Array {
    const digest = new RosterDigest()

    digest.#high = this.#high
    digest.#low = this.#low
    digest.toggle(peer, epoch)

    return digest.bytes
  }

  get bytes (): Uint8Array {
    const bytes = new Uint8Array(8)
    const view = new DataView(bytes.buffer)

    view.setInt32(0, this.#high)
    view.setInt32(4, this.#low)

    return bytes
  }
}

/** FNV-1a, with an end that mixes as murmur3 does: two starts give two halves. */
function hash (text: string, start: number): number {
  let value = start

  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x0100_0193)
  }

  value = Math.imul(value ^ value >>> 16, 0x85eb_ca6b)
  value = Math.imul(value ^ value >>> 13, 0xc2b2_ae35)

  return value ^ value >>> 16
}
