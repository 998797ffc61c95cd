import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import type { PeerId } from '@libp2p/interface'

const known = new Map<number, PeerId>()

/** The id of a key that nobody has, as a new object. */
export function newMadeUpPeer (number: number): PeerId {
  const raw = new Uint8Array(32)

  new DataView(raw.buffer).setUint32(0, number)

  return peerIdFromPublicKey(publicKeyFromRaw(raw))
}

/** The same, always the same object for the same number, so that thousands of rosters share it. */
export function madeUpPeer (number: number): PeerId {
  const peer = known.get(number) ?? newMadeUpPeer(number)

  known.set(number, peer)

  return peer
}
