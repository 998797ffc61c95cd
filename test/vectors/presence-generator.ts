/**
 * Makes the golden vectors of presence, by writers of its own and by Node's own Ed25519.
 * `node test/vectors/presence-generator.ts` writes them to `presence.json`.
 */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { bytes, number, prefixed, repeated, text, varint } from './protobuf-writer.ts'
import type { DigestVector, GossipVector, PresenceVectors, RecordVector } from './presence.ts'

const OPEN = '/libp2p-invitation/presence/1.0.0/lobby'
const HIDDEN = `secret:/libp2p-invitation/presence/1.0.0/s/${repeated('5e', 32)}`
const PAYLOAD_TYPE = text('/libp2p-invitation/presence-record')
const ENTERED = 1_767_225_600_000
const RUN = '0123456789abcdef'
const EPOCH = ENTERED.toString(16).padStart(16, '0') + RUN
const LAST = 2n ** 64n - 1n

/** Those who speak in the vectors, by the seeds of their keys, and their peer ids as libp2p writes them. */
const ANN = { key: repeated('01', 32), peer: '12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5' }
const BOB = { key: repeated('02', 32), peer: '12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq' }

/** In front of a raw Ed25519 seed in PKCS #8 (RFC 8410). */
const PKCS8 = '302e020100300506032b657004220420'

function keyOf (seed: string): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.from(PKCS8 + seed, 'hex'), format: 'der', type: 'pkcs8' })
}

/** The public key as libp2p writes it: type Ed25519, and 32 bytes. */
function publicKeyOf (seed: string): string {
  return number(1, 1) + bytes(2, createPublicKey(keyOf(seed)).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'))
}

/** A peer id's bytes: the identity multihash of the public key. */
const multihashOf = (seed: string): string => `0024${publicKeyOf(seed)}`

/** A signed envelope as libp2p's RFC 0002 has it. */
function envelope (seed: string, domain: string, payloadType: string, payload: string): string {
  const signed = [text(domain), payloadType, payload].map(prefixed).join('')
  const signature = sign(null, Buffer.from(signed, 'hex'), keyOf(seed)).toString('hex')

  return bytes(1, publicKeyOf(seed)) + bytes(2, payloadType) + bytes(3, payload) + bytes(5, signature)
}

/** A signed peer record as libp2p's RFC 0003 has it, with one address of TCP and websockets. */
function peerRecord (seed: string, port: number): string {
  const address = `04c000020106${port.toString(16).padStart(4, '0')}dd03`
  const payload = bytes(1, multihashOf(seed)) + number(2, ENTERED) + bytes(3, bytes(1, address))

  return envelope(seed, 'libp2p-peer-record', '0301', payload)
}

function record (name: string, { key = ANN.key, domain = OPEN, ...fields }: Partial<RecordVector['fields']> & { key?: string, domain?: string }): RecordVector {
  const all = { epoch: EPOCH, sequence: '1', issued: `${ENTERED + 250}`, lifetime: '150000', status: 'online', data: '', ...fields } as const
  const status = ['', 'online', 'away', 'busy', 'do-not-disturb', 'leaving'].indexOf(all.status)
  const payload = bytes(1, all.epoch) + number(2, BigInt(all.sequence)) + number(3, BigInt(all.issued)) + number(4, BigInt(all.lifetime)) + number(5, status) +
    (all.data === '' ? '' : bytes(6, all.data)) + (all.peer_record == null ? '' : bytes(7, all.peer_record))

  return { name, domain, key, fields: all, envelope: envelope(key, domain, PAYLOAD_TYPE, payload) }
}

const records: RecordVector[] = [
  record('the first record of a stay', {}),
  record('with an address', { peer_record: peerRecord(ANN.key, 4001) }),
  record('busy, with data of the app', { sequence: '2', issued: `${ENTERED + 9_000}`, status: 'busy', data: text('Ann') }),
  record('away, of another peer', { key: BOB.key, status: 'away' }),
  record('not to be disturbed, from a hidden page', { sequence: '3', status: 'do-not-disturb', lifetime: '240000' }),
  record('with the highest sequence that is none of a goodbye', { sequence: `${LAST - 1n}` }),
  record('with the longest lifetime', { lifetime: '43200000' }),
  record('with the largest data', { data: repeated('da', 1_024) }),
  record('a goodbye', { sequence: `${LAST}`, issued: `${ENTERED + 60_000}`, status: 'leaving' }),
  record('in a room with a secret', { domain: HIDDEN })
]

const wrong = (name: string, hex: string): GossipVector => ({ name, hex, error: 'MalformedRecordError' })

const gossip: GossipVector[] = [
  { name: 'a record', hex: bytes(1, records[0]!.envelope), record: records[0]!.envelope },
  { name: 'a record with an unknown field after it', hex: bytes(1, records[0]!.envelope) + number(9, 7), record: records[0]!.envelope },
  {
    name: 'a suspicion',
    hex: bytes(2, multihashOf(ANN.key)) + bytes(3, EPOCH) + number(4, 7),
    suspicion: { suspect: ANN.peer, epoch: EPOCH, sequence: '7' }
  },
  {
    name: 'a suspicion about the highest sequence',
    hex: bytes(2, multihashOf(BOB.key)) + bytes(3, EPOCH) + number(4, LAST - 1n),
    suspicion: { suspect: BOB.peer, epoch: EPOCH, sequence: `${LAST - 1n}` }
  },
  wrong('nothing', ''),
  wrong('both at once', bytes(1, records[0]!.envelope) + bytes(2, multihashOf(ANN.key)) + bytes(3, EPOCH) + number(4, 7)),
  wrong('a suspicion of nobody', bytes(3, EPOCH) + number(4, 7)),
  wrong('a suspect that is no peer id', bytes(2, repeated('ff', 38)) + bytes(3, EPOCH) + number(4, 7)),
  wrong('a suspect that is too long', bytes(2, `0040${repeated('00', 64)}`) + bytes(3, EPOCH) + number(4, 7)),
  wrong('an epoch that is too short', bytes(2, multihashOf(ANN.key)) + bytes(3, EPOCH.slice(2)) + number(4, 7)),
  wrong('no sequence', bytes(2, multihashOf(ANN.key)) + bytes(3, EPOCH)),
  wrong('the sequence of a goodbye', bytes(2, multihashOf(ANN.key)) + bytes(3, EPOCH) + number(4, LAST)),
  wrong('a field that is cut', `${varint(1 << 3 | 2)}05ff`)
]

/** FNV-1a with the end of murmur3, in arithmetic that cannot go over 32 bits. */
function hash (of: string, start: bigint): bigint {
  const mask = 0xffff_ffffn
  let value = start

  for (const byte of Buffer.from(of)) {
    value = (value ^ BigInt(byte)) * 0x0100_0193n & mask
  }

  value = (value ^ value >> 16n) * 0x85eb_ca6bn & mask
  value = (value ^ value >> 13n) * 0xc2b2_ae35n & mask

  return value ^ value >> 16n
}

function digest (...peers: DigestVector['peers']): DigestVector {
  const half = (start: bigint): string =>
    peers.reduce((sum, { peer, epoch }) => sum ^ hash(`${peer} ${epoch}`, start), 0n).toString(16).padStart(8, '0')

  return { peers, digest: half(0x811c_9dc5n) + half(0x9e37_79b9n) }
}

const digests: DigestVector[] = [
  digest({ peer: ANN.peer, epoch: EPOCH }),
  digest({ peer: BOB.peer, epoch: EPOCH }),
  digest({ peer: ANN.peer, epoch: EPOCH }, { peer: BOB.peer, epoch: EPOCH }),
  digest({ peer: BOB.peer, epoch: EPOCH }, { peer: ANN.peer, epoch: EPOCH.replace(RUN, repeated('ff', 8)) })
]

export const generated: PresenceVectors = { records, gossip, digests }
export const serialised = (vectors: PresenceVectors): string => `${JSON.stringify(vectors, null, 2)}\n`

if (process.argv[1] != null && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(new URL('presence.json', import.meta.url), serialised(generated))
}
