import vectors from './presence.json' with { type: 'json' }

/** A signed record: bytes in hexadecimal, numbers in decimal. */
export interface RecordVector {
  name: string
  domain: string
  /** The seed of the subject's Ed25519 key. */
  key: string
  fields: { epoch: string, sequence: string, issued: string, lifetime: string, status: 'online' | 'away' | 'busy' | 'do-not-disturb' | 'leaving', data: string, peer_record?: string }
  envelope: string
}

/** The data of a message on a topic, before it is sealed. */
export type GossipVector =
  | { name: string, hex: string, record: string }
  | { name: string, hex: string, suspicion: { suspect: string, epoch: string, sequence: string } }
  | { name: string, hex: string, error: string }

export interface DigestVector {
  peers: Array<{ peer: string, epoch: string }>
  digest: string
}

export interface PresenceVectors {
  records: RecordVector[]
  gossip: GossipVector[]
  digests: DigestVector[]
}

/** All of `presence.json`. SPEC.md says what it holds. */
export const presenceVectors = vectors as PresenceVectors
