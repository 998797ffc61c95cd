import { peerIdFromString } from '@libp2p/peer-id'
import { writer } from 'protons-runtime'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { EPOCH_BYTES, LAST_SEQUENCE, MAX_PEER_ID_BYTES } from './constants.ts'
import { MalformedRecordError } from './errors.ts'
import { GossipMessage } from './gossip-message.ts'
import type { PeerId } from '@libp2p/interface'

/** The number of `sequence` in `gossip-message.proto`, and that it is a varint. */
const SEQUENCE_TAG = 4 << 3

const MAX_UINT32 = 0xffff_ffffn

/** Says of a peer that it is lost, unless it says something after the record that is named here. */
export interface Suspicion {
  readonly peer: PeerId
  readonly epoch: string
  readonly sequence: bigint
}

/** What one message on a room's topic is: a signed record, as bytes, or a suspicion. */
export type Gossip = { readonly record: Uint8Array } | { readonly suspicion: Suspicion }

export function encodeGossip (gossip: Gossip): Uint8Array {
  if ('record' in gossip) {
    return GossipMessage.encode({ record: gossip.record.slice() })
  }

  const { peer, epoch, sequence } = gossip.suspicion

  return concat([GossipMessage.encode({ suspect: peer.toMultihash().bytes.slice(), epoch: fromString(epoch, 'base16') }), sequenceField(sequence)])
}

/**
 * The last field of a suspicion, of which the number is the suspect's own choice. The runtime (7.1.2) writes wrong bytes for numbers of 64 bits
 * from 2^31 up to 2^32.
 */
function sequenceField (sequence: bigint): Uint8Array {
  const field = writer()

  field.uint32(SEQUENCE_TAG)

  if (sequence <= MAX_UINT32) {
    field.uint32(Number(sequence))
  } else {
    field.uint64(sequence)
  }

  return field.finish()
}

/**
 * Unknown fields are skipped. What is in a record is not looked at.
 *
 * @throws {MalformedRecordError} neither the one nor the other, or both
 */
export function decodeGossip (bytes: Uint8Array): Gossip {
  const { record, suspect, epoch, sequence } = parse(bytes)

  if (record != null && suspect == null) {
    return { record: record.slice() }
  }

  if (record != null || suspect == null || suspect.byteLength > MAX_PEER_ID_BYTES || epoch?.byteLength !== EPOCH_BYTES || sequence == null || sequence === 0n || sequence === LAST_SEQUENCE) {
    throw new MalformedRecordError('a message is a record, or names a suspect and its latest record')
  }

  return { suspicion: { peer: readPeerId(suspect), epoch: toString(epoch, 'base16'), sequence } }
}

function parse (bytes: Uint8Array): GossipMessage {
  try {
    return GossipMessage.decode(bytes)
  } catch (err) {
    throw new MalformedRecordError('not a presence message', { cause: err })
  }
}

function readPeerId (multihash: Uint8Array): PeerId {
  try {
    return peerIdFromString(toString(multihash, 'base58btc'))
  } catch (err) {
    throw new MalformedRecordError('the suspect has no peer id', { cause: err })
  }
}
