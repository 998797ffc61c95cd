import type { Rate } from '../../limits/index.ts'

/**
 * Topics that a node follows if it is not told otherwise, and the most that it may be told to: its neighbours take note of so many
 * topics of one peer, with names as long as they may be, and of none beyond (`maxTopicBytesPerPeer` of the preset).
 */
export const DEFAULT_FOLLOWED_TOPICS = 1_024
export const MAX_FOLLOWED_TOPICS = 1_536

/** Topics that count of one peer: presence allows 64 rooms, and one with a secret has two topics around midnight. */
export const DEFAULT_TOPICS_PER_PEER = 130

/**
 * Topics that one peer may be subscribed to, of whatever name; beyond it the peer is disconnected. Twice what presence needs, so
 * that an app has room for its own.
 */
export const MAX_SUBSCRIPTIONS_PER_PEER = 256

/**
 * A topic is followed for so long after its last subscriber has gone, milliseconds: who closes a page and opens it again, or
 * whose network changes, finds the room as it was.
 */
export const GRACE = 60_000

/** Once all places are taken, it is looked so often whether others have more right to them, milliseconds. */
export const RECONSIDER_INTERVAL = 1_000

/** What one peer's voice is divided into, so that shares are whole numbers: the least common multiple of 1 to 16. */
export const VOICE = 720_720

/**
 * Bytes of signed records that the rosters of all rooms may hold: so many each of its own, which no other room can take, and
 * so many in common for those that need more. 20 KiB are some 50 usual records. A byte of a record takes about six of memory
 * (measured: 1.9 kB for a record of 300 B, 20 kB for the largest with 24 addresses), so 1,024 rooms take 256 MiB at most.
 */
export const OWN_ROSTER_BYTES = 20_480
export const COMMON_ROSTER_BYTES = 20_971_520

/**
 * Peers that are gone of which a room's mark is kept, and of so many of them the last record. Members keep more: a relay has a
 * thousand rooms, and a replay that it takes for good is stopped by the members.
 */
export const MAX_GONE_FOLLOWED = 64
export const MAX_GONE_TOLD_FOLLOWED = 16

/**
 * Bytes of pages for all who ask: a machine in a data centre has more to spare than a home. A restart of a relay makes all of its
 * clients ask at once: 1 MiB is the rosters of 50 rooms of 50.
 */
export const FOLLOWER_PAGE_BYTES_RATE: Rate = { burst: 8_388_608, perSecond: 1_048_576 }

/**
 * Messages of one author on a topic that this peer cannot read. A member's records are 200 ms apart or more; beside
 * them are suspicions, and answers to suspicions, of which 16 may come at once.
 */
export const SEALED_AUTHOR_RATE: Rate = { burst: 32, perSecond: 5 }

/**
 * Messages of all authors on one such topic. Within the usual budget a room's heartbeats are two a second; at once come the
 * first records, and the second ones, of a room of 300 whose relay was restarted.
 */
export const SEALED_TOPIC_RATE: Rate = { burst: 1_024, perSecond: 64 }
