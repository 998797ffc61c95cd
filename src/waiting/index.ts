/**
 * Ways to wait: for a while that grows, within a limit, until something is done or a signal aborts, and until the event loop
 * is done with what it is at. They know no network and no words; every room above may import them.
 */
export { BackOff } from './back-off.ts'
export { Deadline } from './deadline.ts'
export { atEndOfTurn, endOfTurn } from './end-of-turn.ts'
export { withinTimeLimit } from './time-limit.ts'
export { unlessAborted } from './unless-aborted.ts'
