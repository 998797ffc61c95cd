/** What the clocks of a swarm show when it begins, milliseconds since 1970: a noon, far from where topics change by the day. */
export const START_DATE: number = Date.UTC(2026, 0, 1, 12)

/** Longest delay that `setTimeout` takes, milliseconds: a longer one fires at once (2^31 - 1, HTML standard). */
export const LONGEST_TIMEOUT = 2_147_483_647

/**
 * Turns of the event loop in a row without a sign of anything going on, before a swarm is taken to be at rest. One would do if
 * nothing ever waited for an end of turn; what this library does so takes two.
 */
export const QUIET_TURNS = 3

/** How much virtual time `until` gives a condition, and `run` a promise, milliseconds, unless they are told. */
export const UNTIL_LIMIT = 60_000
export const RUN_LIMIT = 600_000

/** How much virtual time the nodes of a swarm have to stop, milliseconds: goodbyes that nobody hears take 30 s. */
export const STOP_LIMIT = 120_000

/** One way between two nodes, unless the swarm is told: milliseconds, milliseconds, bytes a second. */
export const DEFAULT_LATENCY = 30
export const DEFAULT_JITTER = 10
export const DEFAULT_BANDWIDTH: number = Infinity

/** Bytes on their way in one direction of one connection before the sender has to wait: a usual bound of a system's buffers. */
export const SEND_BUFFER = 1_048_576

/**
 * Timers of a page that cannot be seen, as Chromium has them: they fire on whole seconds, and once it has not been seen for
 * five minutes, on whole minutes. Milliseconds.
 */
export const HIDDEN_STEP = 1_000
export const LONG_HIDDEN_STEP = 60_000
export const LONG_HIDDEN = 300_000

/** Longest name of a node in a swarm, characters. */
export const MAX_NAME = 32

/** Width of the columns of a trace: seconds with three decimals. */
export const TIME_WIDTH = 9

/** What bears the name of no node in a trace. */
export const NETWORK = 'network'
