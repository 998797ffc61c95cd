/** Says in the signed envelope what the payload is (libp2p RFC 0002 allows a path for types without a multicodec). */
export const RECORD_PAYLOAD_TYPE: Uint8Array = new TextEncoder().encode('/libp2p-invitation/presence-record')

/**
 * Lifetimes that a record may announce, milliseconds. Twelve hours are three heartbeats in a room of 10,000: who crashes is
 * missed long before, by whoever was connected.
 */
export const MIN_LIFETIME = 1_000
export const MAX_LIFETIME = 43_200_000

/** How far the clocks of two peers may be apart, milliseconds: 5 min, as Kerberos allows (RFC 4120). */
export const MAX_CLOCK_SKEW = 300_000

/** Bytes of an epoch: 8 for its start, 8 at random, so that two runs that start in one millisecond differ. */
export const EPOCH_BYTES = 16

/** The sequence of a goodbye, 2^64 - 1: nothing of that epoch can come after it. */
export const LAST_SEQUENCE = 0xffff_ffff_ffff_ffffn

/** Largest app data, bytes. */
export const MAX_DATA_BYTES = 1_024

/** Largest signed peer record, bytes: two dozen addresses through relays, or more than a hundred plain ones. */
export const MAX_PEER_RECORD_BYTES = 2_048

/** Most addresses in one: relays and transports make a dozen at most. Short ones are many in few bytes, and large once they are read. */
export const MAX_ADDRESSES = 32

/** Largest record with its envelope, bytes: both of the above, an RSA key with its signature, and room to grow. */
export const MAX_RECORD_BYTES = 4_096

/** Largest peer id, bytes: the multihash of an Ed25519 key has 38, a SHA-256 34. */
export const MAX_PEER_ID_BYTES = 64

/** Largest message on a topic, bytes: a record, its frame, and the seal of a room with a secret. */
export const MAX_GOSSIP_BYTES: number = MAX_RECORD_BYTES + 64
