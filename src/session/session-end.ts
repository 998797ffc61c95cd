import type { HangupReason } from '../wire/index.ts'

/** Who brought something about: this side's user, the other side, or the library by itself. */
export type Originator = 'local' | 'remote' | 'system'

/**
 * Why a session ended: a hang-up, or `accept-failed` (the callee gave up waiting before the confirm reached it) and
 * `peer-restarted` (the other side knows nothing of it any more).
 */
export type SessionEndReason = HangupReason | 'accept-failed' | 'peer-restarted'

/** How a session ended on one side: recorded once, never changed. */
export interface SessionEnd {
  readonly originator: Originator
  readonly reason: SessionEndReason
}

/** How a session ended, and when. */
export interface SessionOutcome extends SessionEnd {
  /** Milliseconds since 1970. */
  readonly at: number
}
