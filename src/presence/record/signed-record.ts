import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { equals } from 'uint8arrays/equals'
import { MAX_ADDRESSES, MAX_RECORD_BYTES, RECORD_PAYLOAD_TYPE } from './constants.ts'
import { MalformedRecordError, RecordTooLargeError, WrongAddressesError, WrongSignatureError } from './errors.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import type { PresenceRecord } from './record.ts'
import type { PeerId, PrivateKey, PublicKey } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A record in its envelope. Until `verify` has resolved, that `subject` signed it is only claimed. */
export interface SignedRecord {
  readonly subject: PeerId
  readonly record: PresenceRecord
  /** @throws {WrongSignatureError} not signed by the subject, or not for this topic */
  readonly verify: (topic: string) => Promise<void>
}

/**
 * Signs a record as its own subject. The topic is the signature's domain: a record that was signed for one topic means
 * nothing on another, whoever carries it there.
 */
export async function signRecord (record: PresenceRecord, topic: string, privateKey: PrivateKey): Promise<Uint8Array> {
  const envelope = await RecordEnvelope.seal({
    domain: topic,
    codec: RECORD_PAYLOAD_TYPE,
    marshal: () => encodeRecord(record),
    equals: (other) => other.codec === RECORD_PAYLOAD_TYPE && equals(other.marshal(), encodeRecord(record))
  }, privateKey)

  return envelope.marshal()
}

/**
 * Reads the envelope and the record in it, without looking at the signature: that costs ten times as much, and
 * most of what is dropped can be dropped without it.
 *
 * @throws {RecordTooLargeError}
 * @throws {MalformedRecordError}
 * @throws {LifetimeOutOfRangeError}
 */
export function readSignedRecord (bytes: Uint8Array): SignedRecord {
  if (bytes.byteLength > MAX_RECORD_BYTES) {
    throw new RecordTooLargeError(`a record has at most ${MAX_RECORD_BYTES} bytes`)
  }

  const { envelope, subject } = openEnvelope(bytes)

  return {
    subject,
    record: decodeRecord(envelope.payload),
    verify: async (topic) => {
      if (!await isSigned(envelope, topic)) {
        throw new WrongSignatureError('the record is not signed by its subject for this topic')
      }
    }
  }
}

/** Signs the addresses at which one's own node can be dialled, as libp2p's peer stores take them. */
export async function signPeerRecord (peerId: PeerId, multiaddrs: Multiaddr[], issued: number, privateKey: PrivateKey): Promise<Uint8Array> {
  const envelope = await RecordEnvelope.seal(new PeerRecord({ peerId, multiaddrs, seqNumber: BigInt(issued) }), privateKey)

  return envelope.marshal()
}

/**
 * Reads a signed peer record and checks that it is the subject's own.
 *
 * @throws {WrongAddressesError}
 */
export async function readPeerRecord (bytes: Uint8Array, subject: PeerId): Promise<Multiaddr[]> {
  const { peerId, multiaddrs, publicKey } = await openPeerRecord(bytes)

  if (!peerId.equals(subject) || !peerIdFromPublicKey(publicKey).equals(subject)) {
    throw new WrongAddressesError('the peer record is about another peer than the record')
  }

  if (multiaddrs.length > MAX_ADDRESSES) {
    throw new WrongAddressesError(`at most ${MAX_ADDRESSES} addresses`)
  }

  return multiaddrs
}

async function openPeerRecord (bytes: Uint8Array): Promise<{ peerId: PeerId, multiaddrs: Multiaddr[], publicKey: PublicKey }> {
  try {
    const { payload, publicKey } = await RecordEnvelope.openAndCertify(bytes, PeerRecord.DOMAIN)
    const { peerId, multiaddrs } = PeerRecord.createFromProtobuf(payload)

    return { peerId, multiaddrs, publicKey }
  } catch (err) {
    throw new WrongAddressesError('not a signed peer record', { cause: err })
  }
}

function openEnvelope (bytes: Uint8Array): { envelope: RecordEnvelope, subject: PeerId } {
  try {
    const envelope = RecordEnvelope.createFromProtobuf(bytes)

    if (equals(envelope.payloadType, RECORD_PAYLOAD_TYPE)) {
      return { envelope, subject: peerIdFromPublicKey(envelope.publicKey) }
    }
  } catch (err) {
    throw new MalformedRecordError('not a signed envelope', { cause: err })
  }

  throw new MalformedRecordError('the envelope holds something else than a presence record')
}

/** A signature of the wrong length makes some keys throw instead of saying no. */
async function isSigned (envelope: RecordEnvelope, domain: string): Promise<boolean> {
  try {
    return await envelope.validate(domain)
  } catch {
    return false
  }
}
