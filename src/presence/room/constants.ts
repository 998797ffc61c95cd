/** Tries to identify a peer anew, and the time between them, milliseconds. Identify alone gives up after 5 s. */
export const IDENTIFY_TRIES = 3
export const IDENTIFY_RETRY_DELAY = 1_000

/** How long telling of a peer waits for its addresses to be stored, milliseconds: its link dials again if they come later. */
export const STORING_TIME = 1_000

/** How long a peer whose last connection broke may take to answer a dial, milliseconds. */
export const PROBE_TIMEOUT = 5_000

/** Most probes under way at once: a relay that lost all its clients does not dial them all at once. */
export const MAX_PROBES = 16

/**
 * Largest page of a roster that a newcomer is given, bytes, and of one that only differs from the asker's. The first holds
 * 160 usual records, so that a room of 300 is known after two round trips; the second is what a few changes take.
 */
export const MAX_PAGE_BYTES = 61_440
export const MAX_COMPARISON_PAGE_BYTES = 16_384

/** So many pages without news are read, one after the other, before no more are asked for: what one has not heard may lie behind. */
export const MAX_PAGES_WITHOUT_NEWS = 3

/**
 * A record that one misses although it is older than this, milliseconds, and one was connected to the neighbour that has it
 * all the while, is one that gossip did not bring.
 */
export const GOSSIP_MUST_HAVE_BROUGHT = 10_000

/** How many neighbours are asked for a roster, one after the other, before it is tried again later. */
export const MAX_NEIGHBOURS_ASKED = 3

/**
 * A neighbour that is busy in the middle of its roster is asked for the same page again after this long, milliseconds: it answers
 * a question of one peer in two seconds. So often at most, before another is asked.
 */
export const BUSY_DELAY = 2_000
export const MAX_TRIES_OF_PAGE = 10

/** How many members that it has heard of a peer dials to ask one for the roster, when no neighbour could answer. */
export const MAX_MEMBERS_DIALLED = 2

/** Second and third part of the protocol by which followers are known; the first is the prefix that the app chose. */
export const FOLLOWER_NAME = 'presence-follower'
export const FOLLOWER_VERSION = '1.0.0'
