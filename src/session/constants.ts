import type { Rate } from '../limits/index.ts'

/**
 * How much of messages one side takes on each lane that nobody has read, in cost: some 480 short ones, or two of the largest
 * less a few parts. 32 sessions with one peer, none of them read, then keep 8 MiB.
 */
export const WINDOW = 131_072

/** What a part costs beside its bytes, which bounds how many there are: about what keeping and wrapping it takes. */
export const PART_COST = 256

/** Most parts of one message: a writer that cuts 65,536 bytes of text into 8 KiB needs 9. */
export const MAX_PARTS = 16

/**
 * How much room the app must have made before the other side is told, in cost. It must be less than what is left of the
 * window beside one message of which all parts but the last have come, or the two would wait for each other.
 */
export const TELL_ROOM: number = WINDOW / 4

/**
 * Most that is said to one peer and not heard yet, in all sessions with it, in cost. After a reconnect all of it is said
 * again at once, so it must be less than what the link lets wait (256 KiB).
 */
export const MAX_UNDER_WAY = 131_072

/** Most messages that wait on one lane until they may be said, in cost: some 3,000 short ones, or 15 of the largest. */
export const MAX_WAITING = 1_048_576

/** How fast one side of a session says new parts, on all lanes, in cost: a burst of 3,000 short messages, then 1,000 a second or 250 KB a second. */
export const PACE: Rate = { burst: 1_048_576, perSecond: 262_144 }

/** How much one side takes of whatever the other says, in cost: four times the pace, for receipts and for what is said again. */
export const TOLERANCE: Rate = { burst: 4 * PACE.burst, perSecond: 4 * PACE.perSecond }
