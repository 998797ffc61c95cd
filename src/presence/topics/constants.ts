/** First part of the topic, and of every protocol of this library. */
export const DEFAULT_PROTOCOL_PREFIX = 'libp2p-invitation'

/** Second and third part of every topic. The version rises when an older peer could no longer read the records. */
export const TOPIC_NAME = 'presence'
export const TOPIC_VERSION = '1.0.0'

/** Longest name of a room, bytes as UTF-8: in an open room gossipsub sends it beside every message. */
export const MAX_ROOM_NAME_BYTES = 128

/** Shortest and longest secret, bytes. Eight is what NIST SP 800-63B asks of the shortest password that people choose. */
export const MIN_SECRET_BYTES = 8
export const MAX_SECRET_BYTES = 1_024

/**
 * Rounds of PBKDF2-HMAC-SHA-256: what OWASP's Password Storage Cheat Sheet asks for. It is what one guess at a secret
 * costs an outsider; to a member it is a fifth of a second (measured, Node 24) once for each room that it joins.
 */
export const KEY_STRETCHING_ROUNDS = 600_000

/** Bytes of every value that is derived: a SHA-256 in length, and what AES-256 takes. */
export const DERIVED_BYTES = 32

/** In front of what is sealed, and after it: the nonce and the tag of AES-GCM at the sizes of NIST SP 800-38D, bytes. */
export const NONCE_BYTES = 12
export const TAG_BYTES = 16

/** How much longer sealed bytes are. */
export const SEAL_OVERHEAD: number = NONCE_BYTES + TAG_BYTES

/** Milliseconds of a day. All days of POSIX time, whose midnights are UTC's, have as many. */
export const DAY = 86_400_000

/** How long before and after midnight both days' topics are listened to, milliseconds: so far may clocks be apart. */
export const DAY_OVERLAP = 3_600_000

/** Days whose keys are kept: today, the one that borders on it, and two for a clock that is set while it runs. */
export const MAX_DAYS_KEPT = 4
