import { INTERVALS_PER_LIFETIME, MIN_INTERVAL, SHORTEST_HIDDEN_LIFETIME, SHORTEST_LIFETIME } from './constants.ts'
import { MAX_LIFETIME } from '../record/index.ts'

/** What decides how often a peer says that it is still here. */
export interface Surroundings {
  /** How many are in the room, oneself included. */
  readonly peers: number
  /** Bytes that one record costs a peer, as measured. */
  readonly recordCost: number
  /** Bytes a second that hearing all of them may cost. */
  readonly budget: number
  /** Whether this peer is a page that nobody looks at. */
  readonly isHidden: boolean
}

/** How often a peer speaks, before jitter, and for how long its word is good, both in milliseconds. */
export interface HeartbeatPace {
  readonly interval: number
  readonly lifetime: number
}

/**
 * The idea of RTCP's transmission interval (RFC 3550, section 6.2): everybody waits in proportion to the size of the
 * room, so that what all of them say together costs each the same whatever the size.
 */
export function heartbeatPace ({ peers, recordCost, budget, isHidden }: Surroundings): HeartbeatPace {
  const longest = MAX_LIFETIME / INTERVALS_PER_LIFETIME
  const interval = Math.min(Math.max(peers * recordCost / budget * 1_000, MIN_INTERVAL), longest)
  const shortestLifetime = isHidden ? SHORTEST_HIDDEN_LIFETIME : SHORTEST_LIFETIME

  return { interval, lifetime: Math.floor(Math.min(Math.max(interval * INTERVALS_PER_LIFETIME, shortestLifetime), MAX_LIFETIME)) }
}
