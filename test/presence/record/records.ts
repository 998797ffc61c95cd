import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { createEpoch, signPeerRecord } from '../../../src/presence/record/index.ts'
import type { PresenceRecord } from '../../../src/presence/record/index.ts'
import type { CheckedRecord } from '../../../src/presence/roster/index.ts'
import type { PeerId, PrivateKey } from '@libp2p/interface'

export const TOPIC = '/libp2p-invitation/presence/1.0.0/lobby'

/** The day on which the records of these tests are made, milliseconds since 1970. */
export const TODAY = 1_700_000_000_000

/** One person of a test: a key, and the peer that it is. */
export interface Person {
  readonly privateKey: PrivateKey
  readonly peer: PeerId
}

export async function somebody (type: 'Ed25519' | 'RSA' = 'Ed25519'): Promise<Person> {
  const privateKey = type === 'RSA' ? await generateKeyPair('RSA', 2048) : await generateKeyPair('Ed25519')

  return { privateKey, peer: peerIdFromPrivateKey(privateKey) }
}

/** The name of the run that starts so many milliseconds into the day; `lot` tells two of one start apart. */
export function epochAt (ms: number, lot = 0): string {
  return createEpoch(TODAY + ms, new Uint8Array(8).fill(lot))
}

/** An honest record, but for what a test wants different. */
export function record (changes: Partial<PresenceRecord> = {}): PresenceRecord {
  return { epoch: epochAt(0), sequence: 1n, issued: TODAY, lifetime: 30_000, status: 'online', data: new Uint8Array(), ...changes }
}

export function checked (peer: PeerId, changes: Partial<CheckedRecord> = {}): CheckedRecord {
  return { ...record(), peer, multiaddrs: [], signed: new Uint8Array(300), ...changes }
}

export async function addressesOf ({ peer, privateKey }: Person, ...addresses: string[]): Promise<Uint8Array> {
  return signPeerRecord(peer, addresses.map(address => multiaddr(address)), TODAY, privateKey)
}
