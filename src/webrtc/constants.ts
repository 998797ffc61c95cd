/** Longest text of a candidate, characters: one takes some 200, with the address of a relay's server in it. */
export const MAX_CANDIDATE_LENGTH = 1_024

/** Longest `sdpMid` or `usernameFragment`, characters: the latter has 256 at most (RFC 8839, section 5.4). */
export const MAX_NAME_LENGTH = 256

/** Highest `sdpMLineIndex`: it is an unsigned short (W3C, WebRTC). */
export const MAX_LINE_INDEX = 65_535

/** Most candidates that are taken after one description: a machine with ten addresses and four servers has some 100. */
export const MAX_CANDIDATES = 256

/** How long `disconnected` may last before ICE is restarted, milliseconds: often a few packets were lost, and it mends itself. */
export const DISCONNECTED_TIME = 3_000

/** How long a restart may take before the next one, milliseconds: browsers call a check failed after some 15 s. */
export const RESTART_TIME = 15_000

/** What is added to that by chance, milliseconds: up to 1 s, doubling to 30 s. */
export const RESTART_BACK_OFF: { readonly start: number, readonly cap: number } = { start: 1_000, cap: 30_000 }

/** Least time between two restarts, milliseconds: a network that comes and goes is no reason for one each time. */
export const LEAST_RESTART_PAUSE = 2_000

/** Most restarts in a row that come to nothing, some three minutes: after that only a change of the network brings another. */
export const MAX_RESTARTS = 6

/**
 * How often it is looked whether the app has closed the peer connection, milliseconds. The standard has no event for that
 * on the side that closes.
 */
export const CLOSED_CHECK_TIME = 1_000

/** Least time between two snapshots, milliseconds: browsers gather anew no more often than some 20 times a second. */
export const MIN_STATS_INTERVAL = 100
