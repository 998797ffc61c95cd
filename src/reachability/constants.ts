/** How many relays are held at a time: with two, the loss of one leaves a peer reachable. */
export const DEFAULT_HELD = 2

/** Most that may be held at a time: each costs a connection, here and at the relay, and an address in every record. */
export const MAX_HELD = 8

/** Most relays that may be given. */
export const MAX_GIVEN = 32

/** Most relays that are remembered of what peers say. */
export const MAX_LEARNED = 32

/** Most addresses that are remembered of one relay. */
export const MAX_ADDRESSES = 8

/** Most circuit addresses of one peer that are looked at: it needs no more than it may hold relays, by two addresses each. */
export const MAX_CIRCUITS_OF_PEER: number = 2 * MAX_HELD

/** Most peers that are remembered to have named a relay; more of them say no more. */
export const MAX_NAMERS = 64

/** First ceiling of the delay between two attempts, milliseconds. It doubles with each attempt. */
export const REDIAL_START = 250

/**
 * Highest ceiling of the delay between two attempts, milliseconds. With DIAL_TIMEOUT it bounds how long after the only
 * relay is back a peer can be reached again, however long it was away: a dial that was under way hangs for 4 s, the delay
 * after it is 4 s at most, which leaves 2 of 10 s for the dial and the reservation.
 */
export const REDIAL_CAP = 4_000

/**
 * Longest that one dial may take, all addresses together, milliseconds. A dial over TLS takes six round trips, which a
 * slow mobile network does in 3 s; a dial that nothing answers shall not take the time of the next one.
 */
export const DIAL_TIMEOUT = 4_000

/** Longest that a relay may take to open a stream for the hop protocol, and then again to reserve, milliseconds: two round trips each. */
export const RESERVE_TIMEOUT = 3_000

/** Longest that a relay may take to show that it is still there, milliseconds: one round trip. */
export const VERIFY_TIMEOUT = 2_000

/** Longest that a connection on which a relay does not answer may take to close in order, milliseconds. */
export const CLOSE_TIMEOUT = 1_000

/**
 * How long after an attempt the next loss starts the back-off anew, milliseconds. A relay that accepts connections and
 * drops them at once must not be dialled without pause.
 */
export const STEADY_TIME = 5_000

/**
 * How long an attempt may be under way before the next relay is tried beside it, milliseconds; an attempt that is younger
 * is not begun again when the network is back, either.
 */
export const PATIENCE = 1_000

/**
 * Most that is added to the delay after a relay answered that it has no room, milliseconds. A full relay has a thousand
 * peers: asked every other second by all those that it refuses, it would do nothing but refuse.
 */
export const REFUSAL_PAUSE = 30_000

/** How often the clock is looked at, to see whether the machine was asleep, milliseconds. */
export const CLOCK_INTERVAL = 10_000

/**
 * How much later than it should be a look at the clock is taken for a sleep, milliseconds. A busy process is late, too;
 * all that follows is that each relay is asked for a sign of life.
 */
export const SLEEP_TIME = 5_000

/**
 * With less than this left, a reservation is renewed on wake, milliseconds: by then libp2p's own renewal, which comes 5
 * minutes before the end (circuit-relay-v2 4.2.13), is overdue.
 */
export const RENEWAL_TIME = 300_000

/** New connections a second from one address: as many as a relay of this library takes, and 50 callers are far below it. */
export const INBOUND_CONNECTIONS = 256
