import type { Question } from './comparison-times.ts'
import type { Mark, RosterChange } from './entries.ts'
import type { RosterLimits } from './roster-space.ts'
import type { PeerId } from '@libp2p/interface'

/** What a membership is made with. */
export interface MembershipInit {
  /** This peer. */
  readonly self: PeerId
  /** Bytes a second that hearing everybody's heartbeats may cost. */
  readonly budget: number
  /** Numbers from 0 up to, not including, 1, for jitter. */
  readonly lot: () => number
  /** Whether this peer is in the room, or only follows it, and says nothing of itself; it is in the room if left out. */
  readonly isSilent?: boolean
  /** Whether to speak when somebody has come who may have nobody to ask; no if left out. */
  readonly greets?: boolean
  /** How large the roster may get; left out, as large as a member's. */
  readonly limits?: Partial<RosterLimits>
}

/** How well a peer who is present can be taken to be so. */
export type Standing = 'announced' | 'stale'

/** What is to be done in a room now. */
export interface Duties {
  /** Publish this peer's record, with this lifetime in milliseconds. */
  readonly say?: { readonly lifetime: number }
  /** Tell the app. */
  readonly changes: readonly RosterChange[]
  /** See whether these can be dialled, and tell `probed`. */
  readonly probe: readonly PeerId[]
  /** Publish that these are suspected. */
  readonly suspect: readonly Mark[]
  /** Ask a neighbour, and tell `answered` or `unanswered`. */
  readonly ask?: Question
  /** Whether somebody may have another standing than before. */
  readonly standingsChanged: boolean
}
