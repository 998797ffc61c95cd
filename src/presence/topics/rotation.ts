import { DAY, DAY_OVERLAP } from './constants.ts'

/** Which days' topics a peer is on. */
export interface DayPlan {
  readonly speak: number
  /** The day across the midnight that is near, on whose topic to listen as well. */
  readonly beside?: number
  /** When this plan ends, milliseconds since 1970. */
  readonly until: number
}

/**
 * The days whose topics a peer is on at some time, days being counted from 1 January 1970, UTC. It speaks on today's, and
 * within an hour of midnight listens on that of the other side of it, too: a peer whose clock is up to an hour off speaks
 * there.
 */
export function planDays (date: number): DayPlan {
  const today = Math.floor(date / DAY)
  const midnight = today * DAY
  const nextMidnight = midnight + DAY

  if (date < midnight + DAY_OVERLAP) {
    return { speak: today, beside: today - 1, until: midnight + DAY_OVERLAP }
  }

  return date < nextMidnight - DAY_OVERLAP
    ? { speak: today, until: nextMidnight - DAY_OVERLAP }
    : { speak: today, beside: today + 1, until: nextMidnight }
}
