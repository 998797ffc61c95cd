/** What stands before `/invitation/1.0.0` in the protocol's name, unless `protocolPrefix` says otherwise. */
export const DEFAULT_PROTOCOL_PREFIX = 'libp2p-invitation'

export const PROTOCOL_NAME = 'invitation'
export const PROTOCOL_VERSION = '1.0.0'

/**
 * Streams that one peer may hold open to us, over all its connections. It needs one; a second while two open at once, a
 * third while it verifies one that is silent. Beyond it the oldest is closed: who opens a new one has lost the old.
 */
export const MAX_INBOUND_STREAMS = 4

/**
 * What libp2p is told to allow per connection, so that our own bound is the one that acts: libp2p would reset the
 * newest stream, not the oldest.
 */
export const MAX_STREAMS_PER_CONNECTION: number = 2 * MAX_INBOUND_STREAMS

/** Longest that one attempt to open a stream may take, dial included, milliseconds: as libp2p gives a dial. */
export const OPEN_TIMEOUT = 10_000

/**
 * Longest that a new stream on an open connection may take while nothing else speaks against that connection,
 * milliseconds. It costs one round trip; the rest of OPEN_TIMEOUT is left for a new connection.
 */
export const NEW_STREAM_TIMEOUT = 4_000

/** Longest that the stream which verifies a silent connection may take, milliseconds: it was silent for long enough. */
export const VERIFY_TIMEOUT = 2_000

/**
 * Longest that one try at a direct WebRTC connection may take, milliseconds. It takes some 300 when it works; when it hangs
 * (@libp2p/webrtc 6.0.33) libp2p itself would wait for 6,000.
 */
export const DIRECT_DIAL_TIMEOUT = 2_000

/** How often a direct connection is tried that hangs: with 2 s each, 3 tries were enough 80 times of 80. */
export const DIRECT_DIAL_TRIES = 4

/**
 * How long a word that the peer's software answers by itself may stay without any byte from the peer, milliseconds. A
 * mobile network may well take a second; a person who waits for ringing does not wait ten.
 */
export const DEFAULT_ANSWER_TIMEOUT = 3_000

/** It doubles, while the peer stays silent, up to this many times its first value (3 s up to 12 s). */
export const MAX_ANSWER_TIMEOUT_FACTOR = 4

/** How long a stream that nobody uses is kept, milliseconds: as long as a stock circuit relay keeps a connection. */
export const DEFAULT_IDLE_TIMEOUT = 120_000

/** Longest that a stream closed in order may wait for the peer's last words, milliseconds; then it is reset. */
export const CLOSE_TIMEOUT = 5_000

/** The same when everything stops, milliseconds: nobody waits 5 s for a page to close or a node to stop. */
export const STOP_TIMEOUT = 1_000

/** First ceiling of the delay between two attempts, milliseconds. It doubles with each attempt. */
export const BACK_OFF_START = 250

/** Highest ceiling of the delay between two attempts, milliseconds: a peer that comes back is rung within seconds. */
export const BACK_OFF_CAP = 10_000

/**
 * How long a stream must have stood, with words heard on it, for its loss to start the back-off anew, milliseconds. A
 * peer that accepts streams and drops them at once must not make us open one after the other without pause.
 */
export const STEADY_TIME = 1_000

/**
 * Longest that a frame which has begun may take to come, milliseconds: the largest one over some 7 kbit/s. Longer than this side
 * itself may stop reading for (DRAIN_TIMEOUT).
 */
export const FRAME_TIMEOUT = 20_000

/** Longest wait until a peer that does not read has taken something of what waits for it, milliseconds. */
export const DRAIN_TIMEOUT = 10_000

/**
 * Most bytes that may be said while earlier ones wait for the peer to read them: 31 words of the largest content.
 * Beyond it the stream is given up; the room above says everything that is live again on the next one.
 */
export const MAX_WAITING_BYTES = 262_144

/**
 * From this many waiting bytes on nothing more is read from the peer until it has read. Not from the first on: two
 * peers that both say much at once would otherwise each wait for the other to read first.
 */
export const STOP_READING_BYTES = 65_536

/**
 * Most bytes that are kept unread for one stream. The peer's window, which is what it may send to one that does not
 * read, starts at a quarter of that (yamux).
 */
export const MAX_UNREAD_BYTES = 1_048_576
