import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import { decodeGossip, encodeGossip, readPeerRecord, readSignedRecord, signPeerRecord, signRecord } from '../../../src/presence/record/index.ts'
import { RosterDigest } from '../../../src/presence/roster/roster-digest.ts'
import { presenceVectors } from '../../vectors/presence.ts'
import { bytesOf, hexOf } from '../../vectors/vectors.ts'
import type { PresenceRecord } from '../../../src/presence/record/index.ts'
import type { RecordVector } from '../../vectors/presence.ts'

const { records, gossip, digests } = presenceVectors
const read = gossip.filter(vector => 'record' in vector || 'suspicion' in vector)
const refused = gossip.filter(vector => 'error' in vector)

/** The record that a vector means. */
function recordOf ({ epoch, sequence, issued, lifetime, status, data, peer_record: peerRecord }: RecordVector['fields']): PresenceRecord {
  return {
    epoch,
    sequence: BigInt(sequence),
    issued: Number(issued),
    lifetime: Number(lifetime),
    status,
    data: bytesOf(data),
    ...(peerRecord == null ? {} : { peerRecord: bytesOf(peerRecord) })
  }
}

describe('golden vectors of presence', () => {
  it.each(records)('read and write $name', async ({ domain, key, fields, envelope }) => {
    const privateKey = await generateKeyPairFromSeed('Ed25519', bytesOf(key))
    const signed = readSignedRecord(bytesOf(envelope))

    await signed.verify(domain)
    expect(signed.record).toEqual(recordOf(fields))
    expect(signed.subject.equals(peerIdFromPrivateKey(privateKey))).toBe(true)
    expect(hexOf(await signRecord(recordOf(fields), domain, privateKey))).toBe(envelope)
  })

  it('have addresses that are read and written', async () => {
    const { key, fields } = records.find(vector => vector.fields.peer_record != null)!
    const privateKey = await generateKeyPairFromSeed('Ed25519', bytesOf(key))
    const peer = peerIdFromPrivateKey(privateKey)
    const multiaddrs = await readPeerRecord(bytesOf(fields.peer_record!), peer)

    expect(multiaddrs.map(String)).toEqual(['/ip4/192.0.2.1/tcp/4001/ws'])
    expect(hexOf(await signPeerRecord(peer, multiaddrs, 1_767_225_600_000, privateKey))).toBe(fields.peer_record)
  })

  it.each(refused)('refuse the message with $name', ({ hex, error }) => {
    expect(() => decodeGossip(bytesOf(hex))).toThrow(expect.objectContaining({ name: error }))
  })

  it.each(read)('read and write the message with $name', (vector) => {
    const meant = 'record' in vector
      ? { record: bytesOf(vector.record) }
      : { suspicion: { peer: peerIdFromString(vector.suspicion.suspect), epoch: vector.suspicion.epoch, sequence: BigInt(vector.suspicion.sequence) } }

    expect(JSON.stringify(decodeGossip(bytesOf(vector.hex)), asText)).toBe(JSON.stringify(meant, asText))
    expect(vector.hex.startsWith(hexOf(encodeGossip(meant)))).toBe(true)
  })

  it.each(digests)('agree on the digest $digest, in whichever order', ({ peers, digest }) => {
    for (const order of [peers, peers.toReversed()]) {
      const made = new RosterDigest()
      const [first, ...rest] = order

      for (const { peer, epoch } of rest) {
        made.toggle(peerIdFromString(peer), epoch)
      }

      expect(hexOf(made.with(peerIdFromString(first!.peer), first!.epoch))).toBe(digest)
    }
  })
})

function asText (_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
