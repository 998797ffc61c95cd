import type { Originator, SessionEnd } from '../session/index.ts'
import type { CancelReason, InvitationId, RefusalReason } from '../wire/words.ts'

/** Why an invitation failed. */
export type FailureReason = 'peer-offline' | 'no-response' | 'accept-failed' | 'unsupported' | 'connection-lost' | 'rate-limited' | 'not-started' | 'protocol-error'

/** The end states, the same for both sides. */
export type EndState = 'accepted' | 'refused' | 'canceled' | 'expired' | 'failed'

/** How an invitation ended on one side: recorded once, never changed. */
export type End =
  | { readonly state: 'accepted', readonly originator: Originator, readonly reason: 'accepted' }
  | { readonly state: 'refused', readonly originator: Originator, readonly reason: RefusalReason }
  | { readonly state: 'canceled', readonly originator: Originator, readonly reason: CancelReason, readonly kept?: InvitationId }
  | { readonly state: 'expired', readonly originator: Originator, readonly reason: 'timeout' }
  | { readonly state: 'failed', readonly originator: Originator, readonly reason: FailureReason }

/** What two peers share after an acceptance: none yet, open, or how it ended. */
export type SessionState = 'none' | 'open' | SessionEnd

/** Whether something that was said must still be answered: nothing was said, it must, it was, or it was given up. */
export type Debt = 'none' | 'owed' | 'heard' | 'given-up'
