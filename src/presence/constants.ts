/** First part of the topic, and of every protocol of this library. */
export const DEFAULT_PROTOCOL_PREFIX = 'libp2p-invitation'

/** Second and third part of the topic. The version rises when an older peer could no longer read the records. */
export const PROTOCOL_NAME = 'presence'
export const PROTOCOL_VERSION = '1.0.0'

/** Last part of the topic, where the app names none: the one place where everybody meets. */
export const DEFAULT_TOPIC = 'lobby'

/** Longest topic name, bytes as UTF-8: gossipsub sends it beside every message. */
export const MAX_TOPIC_BYTES = 128

/** Time between two records that say nothing new, milliseconds. Measured: one record costs each peer 2 to 3 kB. */
export const HEARTBEAT_INTERVAL = 10_000

/** Each heartbeat waits this share longer or shorter, by lot, so that peers that started together drift apart. */
export const HEARTBEAT_JITTER = 0.2

/** Shortest heartbeat that an app may ask for, milliseconds: the gap that changes keep, too. */
export const MIN_HEARTBEAT_INTERVAL = 200

/** How long a record is good for, milliseconds: at the longest jitter two heartbeats may be lost before it runs out. */
export const LIFETIME = 30_000

/** A lifetime must hold this many heartbeats, so that a lost one alone takes nobody off a roster. */
export const MIN_HEARTBEATS_PER_LIFETIME = 2

/** Two records of one peer are at least this far apart, milliseconds, however often it changes its mind. */
export const MIN_RECORD_GAP = 200

/**
 * A newcomer is answered by saying oneself again, this much later, milliseconds: gossipsub's stream back to a neighbour
 * that has just subscribed may not stand yet, and what is published before it does is lost.
 */
export const SAY_AGAIN_DELAY = 100

/**
 * Saying oneself again is spread by lot over, and at least as far apart as, this many milliseconds for each peer of the
 * roster: all peers of a topic together spend at most ten records a second on newcomers, however many they are.
 */
export const SAY_AGAIN_SPREAD_PER_PEER = 100

/**
 * How long `stop` waits for the goodbye to leave, milliseconds, if it was sent to anybody. On loopback it arrives without;
 * on a slow link it would be left to the half second that libp2p gives a connection to close.
 */
export const GOODBYE_LINGER = 100

/**
 * Addresses of a peer that is still present are written into the peer store afresh this often, milliseconds. libp2p
 * 3.3.11 stops believing an address one hour after it first saw it, however often it is told of it since.
 */
export const ADDRESS_REFRESH_INTERVAL = 1_200_000

/** Tries to identify a peer anew, and the time between them, milliseconds. Identify alone gives up after 5 s. */
export const IDENTIFY_TRIES = 3
export const IDENTIFY_RETRY_DELAY = 1_000
