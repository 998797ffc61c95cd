/** Delivery: how long an invitation may look for a device of the callee, milliseconds. Agora RTM 1.x waits as long. */
export const DELIVERY_TIME = 30_000

/** After how long a caller hears that its invitation is not delivered yet, milliseconds. ZIM's figure. */
export const UNDELIVERED_HINT_TIME = 5_000

/** Ringing, from delivery on, milliseconds. SIP.js, JsSIP and Agora ring as long. */
export const RING_TIME = 60_000

/** Shortest delivery time that can be set, milliseconds; the ring time's limits are the wire's. */
export const MIN_DELIVERY_TIME = 1_000

/** Longest delivery time that can be set, milliseconds. */
export const MAX_DELIVERY_TIME = 600_000

/**
 * How much longer than the caller a callee rings, milliseconds: the caller decides, so its STOP should be what ends the
 * ring; this ends it where that STOP is lost.
 */
export const RING_GRACE = 2_000

/** Accept until confirm, milliseconds. SIP's 32 s is too long for someone who has just picked up. */
export const CONFIRM_TIME = 10_000

/** How long the other side may be out of reach while it rings, milliseconds. MatrixRTC's delayed leave takes 15 to 30 s. */
export const UNREACHABLE_TIME = 15_000

/** An invite that was under way may have lost most of its ring time: with less than this left, milliseconds, it does not ring. matrix-js-sdk's figure. */
export const TOO_LITTLE_LEFT_TO_RING = 3_000

/** How long the last word of an end is said again before that is given up, milliseconds: as long as a delivery may take. */
export const LAST_WORD_TIME = 30_000

/** How long a session outlives its link, milliseconds: a relay's restart or a walk between two networks, not more. */
export const SESSION_TIME = 60_000

/** Shortest life of a tombstone, milliseconds; it is twice the ring time where that is longer. Ghost rings of minutes are on record. */
export const TOMBSTONE_TIME = 300_000

/** Most tombstones kept, of all peers together. At 600 bytes each, 10 MB; 16 MB where all are of different peers. */
export const MAX_TOMBSTONES = 16_384

/**
 * Most tombstones kept of one peer: more than the 600 that it can earn by inviting as fast as it may (5 in 10 s) while the
 * longest-lived of them stays (20 min), and too few to leave no room for others.
 */
export const MAX_TOMBSTONES_OF_PEER = 1_024

/** Most live invitations from one peer. */
export const MAX_LIVE_FROM_PEER = 8

/** Most live invitations from all contacts together, and as many from all others. */
export const MAX_LIVE = 1_024

/** Most invites that one peer may send in `INVITE_RATE_TIME`. */
export const MAX_INVITES_FROM_PEER = 5

/**
 * Most invites at once of all strangers together, and as many of all guests; as many come back in `INVITE_RATE_TIME`. A class of
 * thirty that all call their teacher twice is within it.
 */
export const MAX_INVITES_FROM_CROWD = 60

/** The time in which invites are counted, milliseconds. */
export const INVITE_RATE_TIME = 10_000

/** Most open sessions with one peer; the oldest ends `replaced`. For apps that never end what they accept. */
export const MAX_SESSIONS_WITH_PEER = 32

/** How long `stop()` waits for the last words to be heard, milliseconds. */
export const FAREWELL_TIME = 500

/** How often what has run out is forgotten, milliseconds: often enough to bound memory, too seldom to cost anything. */
export const SWEEP_TIME = 60_000
