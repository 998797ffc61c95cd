import type { Rate } from '../../limits/index.ts'

/** Second and third part of the protocol's name; the first is the prefix that the app chose. */
export const PROTOCOL_NAME = 'presence'
export const PROTOCOL_VERSION = '1.0.0'

/** Largest page, as it is on the wire (sealed, where the room has a secret), bytes: some two hundred records. */
export const MAX_PAGE_BYTES = 65_536

/** Largest message without its length, bytes: the largest page, and 1 KiB for every other field and room to grow. */
export const MAX_MESSAGE_BYTES: number = MAX_PAGE_BYTES + 1_024

/** Longest length in front of a message, bytes: as many as the varint of `MAX_MESSAGE_BYTES` takes. */
export const MAX_LENGTH_BYTES = 3

/** Longest topic, bytes as UTF-8: a room's name of 128, the rest of the topic, and a prefix as long as anybody's. */
export const MAX_TOPIC_BYTES = 512

/** Bytes of a roster's digest. */
export const DIGEST_BYTES = 8

/** Largest message that is handed over, bytes: the largest record, what gossip puts around it, and a seal. */
export const MAX_HANDOVER_BYTES = 5_120

/** Most entries of one page. Each costs whoever reads them a signature to check: some 50 ms for a page. */
export const MAX_ENTRIES = 256

/** Longest time since a record was heard, milliseconds: twice the longest lifetime. What is older is said to be this old. */
export const MAX_AGE = 86_400_000

/** How long an ask waits for its answer, all in all, and a question on a stream for its page, milliseconds. */
export const ANSWER_TIMEOUT = 5_000

/** Longest that a stream may take to open, milliseconds: one round trip. The rest is left for another connection. */
export const OPEN_TIMEOUT = 3_000

/** Longest that a message may take from its first byte to its last, milliseconds. */
export const HALF_MESSAGE_TIMEOUT = 10_000

/** Longest wait until a peer that does not read has taken something of what waits for it, milliseconds. */
export const DRAIN_TIMEOUT = 10_000

/** Longest that a stream which is closed in order may wait for the peer to close it too, milliseconds; then it is reset. */
export const CLOSE_TIMEOUT = 1_000

/**
 * Streams that stand between us and one peer, over all connections. One is needed; two if both opened one at once, and as
 * many again while the peer moves to another connection. Beyond it the oldest is reset: who opens a new one lost the old.
 */
export const MAX_STREAMS_PER_PEER = 4

/** What libp2p is told to allow per connection, so that our own bound acts: libp2p would reset the newest, not the oldest. */
export const MAX_STREAMS_PER_CONNECTION: number = 2 * MAX_STREAMS_PER_PEER

/**
 * Most bytes that are kept unread for one stream, and most that wait for a peer to read them: a page, and all that may be
 * handed over at once. As many as a stream's first window is (yamux).
 */
export const MAX_UNREAD_BYTES = 262_144
export const MAX_WAITING_BYTES: number = MAX_UNREAD_BYTES

/** Questions of one peer that are answered: at once a roster of some 1,500, then a page for each time that it looks in again. */
export const QUESTION_RATE: Rate = { burst: 8, perSecond: 0.5 }

/**
 * How often one peer is told `busy`; beyond it the stream is reset. The answer costs next to nothing, and a peer that
 * heeds it asks no more than once in two seconds.
 */
export const REFUSAL_RATE: Rate = { burst: 32, perSecond: 1 }

/**
 * Bytes of pages for all askers together: eight of the largest at once, which is five newcomers to a room of 300, then
 * what a slow uplink can spare. The second of a home's connection is rarely below 1 Mbit/s; this is half of that.
 */
export const PAGE_BYTES_RATE: Rate = { burst: 524_288, perSecond: 65_536 }

/** What an answer counts for at least, bytes: to look at a roster costs something even if nothing is sent. */
export const MIN_ANSWER_COST = 1_024

/**
 * Messages that one peer may hand over, those of kinds that are not known here included; beyond it the stream is reset.
 * Each costs a signature to check. It is twice of what is said, since what was said in time may come in less time.
 */
export const HANDOVERS_HEARD_RATE: Rate = { burst: 64, perSecond: 2 }

/** Messages that are handed over to one peer; what is more is left to gossip. A goodbye in eight rooms, on four streams. */
export const HANDOVERS_SAID_RATE: Rate = { burst: 32, perSecond: 1 }

/** What is known of peers that are gone is looked through this often, milliseconds: as long as the slowest rate takes to fill. */
export const FORGET_INTERVAL = 32_000
