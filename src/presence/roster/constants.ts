/** Most peers that a roster holds. A flat topic is good for about 300; this is what a flood may cost. */
export const MAX_PRESENT = 10_000

/**
 * Most bytes of signed records that a roster holds, 8 MiB: twice what that many honest peers take, and a fifth of what as
 * many made-up ones could make it take with the largest of records.
 */
export const MAX_PRESENT_BYTES = 8_388_608

/**
 * Most peers that are gone of which the roster still knows how far they had come; the one that went first is forgotten
 * first. Past it, only the time at which a record was signed keeps a replay out.
 */
export const MAX_GONE = 10_000

/** Of so many of them, the last that went, the last record is kept as well, so that newcomers can be told that they went. */
export const MAX_GONE_TOLD = 512

/** Lifetimes end on whole multiples of this, milliseconds, so that many that run out together cost one look. */
export const EXPIRY_GRAIN = 250

/** Shortest time between two heartbeats, milliseconds, before jitter. */
export const MIN_INTERVAL = 15_000

/** Each heartbeat waits this share longer or shorter, by lot, so that peers that started together drift apart. */
export const HEARTBEAT_JITTER = 0.2

/** Bytes that one record costs each peer until it has been measured, copies and gossip's own messages included. */
export const ASSUMED_RECORD_COST = 2_000

/**
 * Bytes a second that hearing all heartbeats of a room may cost each peer, and the least that can be asked for. 5 kB/s is
 * the hundredth part of what a call takes.
 */
export const DEFAULT_BUDGET = 5_000
export const MIN_BUDGET = 100

/** A record is good for this many intervals: three heartbeats at the longest jitter. */
export const INTERVALS_PER_LIFETIME: number = 3 * (1 + HEARTBEAT_JITTER)

/**
 * Shortest lifetime that is announced, milliseconds: two heartbeats and a half of a hidden tab, whose timers browsers run
 * once a minute. That somebody crashed is noticed by suspicion, long before.
 */
export const SHORTEST_LIFETIME = 150_000

/** Shortest lifetime that is announced from a page that is hidden, milliseconds: one throttled heartbeat more. */
export const SHORTEST_HIDDEN_LIFETIME = 240_000

/**
 * Shortest lifetime that is announced in the first minute of an epoch, milliseconds: who enters does not know yet how many
 * there are. Good for three heartbeats in a room of 360; without it all who enter a large room together speak again together.
 */
export const FIRST_LIFETIME = 600_000
export const ENTERING_TIME = 60_000

/** A heartbeat comes before this share of the lifetime announced last is over, however much the room has grown since. */
export const LATEST_HEARTBEAT = 0.5

/** What is due within this, milliseconds, is due now. */
export const LEAST_WAIT = 0.001

/** Two records of one peer are at least this far apart, milliseconds, however often it changes its mind. */
export const MIN_RECORD_GAP = 200

/**
 * After the first neighbour of the room was met, this long until this peer speaks, milliseconds: what is published in
 * the first tenth of a second of a gossip stream can be lost (measured: 5 of 8 arrived at once, 80 of 80 after 100 ms).
 */
export const SETTLING_TIME = 150

/**
 * The first record is said once more after this, milliseconds: the first neighbour may just go, or know nobody else yet
 * where many enter together.
 */
export const MEETING_REPEAT = 1_500

/** A peer that comes back after an outage speaks within this time for each peer of the room, milliseconds, by lot... */
export const RETURN_SPREAD_PER_PEER = 10

/** ...and at most this: others may take it for lost 20 s after they missed it. */
export const MAX_RETURN_SPREAD = 5_000

/**
 * New addresses of a peer that can still be dialled by others are announced within this time for each peer of the room,
 * milliseconds, by lot, and at most the second: many hear of the same relay at the same moment, and each record costs everybody
 * 3 ms of computing (40 peers that announced at once on two cores delayed each ring by 5 s).
 */
export const ADDRESS_SPREAD_PER_PEER = 100
export const MAX_ADDRESS_SPREAD = 10_000

/**
 * Addresses that are gone, while others stand, are taken back this much later, milliseconds: a relay that is started anew is back
 * before, and nothing needs to be said.
 */
export const ADDRESS_PATIENCE = 10_000

/** A link that broke is given this long to come back before its peer is checked, milliseconds, and up to as much again by lot. */
export const PROBE_DELAY = 750

/** While so many peers are to be checked, no more are because of what neighbours say of them: one that lies costs so many dials. */
export const MAX_DISPUTES = 16

/**
 * How long somebody who is suspected to be lost has to say otherwise, milliseconds. Long enough for ten seconds without a
 * network and the way back; with the check before it, a peer that was killed is gone within 30 s.
 */
export const SUSPICION_TIME = 20_000

/** Who suspects somebody says so once more after this, milliseconds, unless it has answered: somebody may have missed the first. */
export const SUSPICION_REPEAT = 8_000

/**
 * A suspected peer answers at once as long as its answers are no more than so many; beyond that they are this far apart,
 * milliseconds, whoever suspects it how often.
 */
export const REFUTATIONS = { burst: 16, perSecond: 1 } as const
export const REFUTATION_GAP = 1_000

/** Each answer is given once more after this, milliseconds, while there is still time: somebody may have missed the first. */
export const REFUTATION_REPEAT = 5_000

/** Suspicions that are believed of one author, and of all: so many at once, then so many a second. */
export const SUSPICIONS_PER_AUTHOR = { burst: 16, perSecond: 1 } as const
export const SUSPICIONS_OF_ALL = { burst: 256, perSecond: 8 } as const

/**
 * If there are more, somebody may be lying, and nobody is taken for lost by hearsay for this long, milliseconds: until a
 * hidden page has spoken by itself.
 */
export const FLOOD_PATIENCE = 75_000

/** After an outage or sleep of one's own, nobody is taken for gone for this long, milliseconds: they speak first. */
export const RECOVERY_TIME = 30_000

/**
 * A peer without a neighbour takes nobody for gone for this long, milliseconds: it may be itself that is cut off. Then
 * it is as it looks.
 */
export const OUTAGE_PATIENCE = 120_000

/** A timer that fires this late, milliseconds, may be ahead of messages that wait; whom to drop is decided after them. */
export const LATE_TIMER = 5_000
export const LATE_TIMER_PATIENCE = 2_000

/** A timer that fires later than this, milliseconds, tells of sleep: hidden tabs' timers are up to 60 s late, awake. */
export const SLEEP_LATENESS = 75_000

/** Longest time between two looks at the clock, milliseconds, so that sleep is noticed. */
export const LONGEST_WAIT = 30_000

/** After a newcomer has a roster it is compared with a neighbour's after so long, milliseconds; then with each heartbeat. */
export const COMPARISONS = [1_000, 8_000, 30_000] as const

/** Rosters are compared at most this often later on, milliseconds. */
export const MIN_COMPARISON_GAP = 60_000

/** A neighbour met later may come from another half of a room that had split: compared with it this soon, milliseconds. */
export const MEETING_COMPARISON_DELAY = 2_000

/**
 * Asking for a roster that failed is tried again after this long, doubled each time, milliseconds, to at most the second:
 * well within the time that a peer recovers in, so that it hears what it missed before it believes silence.
 */
export const ASK_RETRY_DELAY = 500
export const MAX_ASK_RETRY_DELAY = 15_000

/**
 * In a room with a secret one member speaks when a newcomer has come, by lot within this time for each peer present,
 * milliseconds, and at most the second: about as long as it takes until the others have heard the first, and do not.
 */
export const GREETING_SPREAD_PER_PEER = 20
export const MAX_GREETING_SPREAD = 2_000

/** A newcomer is known by having said no more than so many records: its first is repeated, since it may be lost. */
export const NEWCOMER_RECORDS = 2n
