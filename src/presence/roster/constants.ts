/** Most peers that a roster holds. A flat topic is good for about 300; this is what a flood may cost. */
export const MAX_PRESENT = 10_000

/**
 * Most peers that are gone of which the roster still knows how far they had come; the one that went first is forgotten
 * first. Past it, only the time at which a record was signed keeps a replay out.
 */
export const MAX_GONE = 10_000

/** Lifetimes end on whole multiples of this, milliseconds, so that many that run out together cost one look. */
export const EXPIRY_GRAIN = 250
