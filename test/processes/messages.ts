import type { End, GlarePolicy, InvitationId, Payload, SessionEnd, StateChange } from 'libp2p-invitation'

/** What the test asks of a peer process; each is answered once it is done. */
export interface Orders {
  start: { asks: PeerInit, answers: { peerId: string, port: number } }
  /** Where the other peer can be dialled. */
  meet: { asks: { peerId: string, address: string }, answers: undefined }
  /** Sends so many invitations, so many at a time, and is done when every one of them has ended here. */
  play: { asks: Part, answers: undefined }
  /** The invitations here that have not ended, and those whose session is open. */
  look: { asks: undefined, answers: Standing }
  /** Ends every session. */
  endSessions: { asks: undefined, answers: undefined }
  /** From now on the library's time passes at this pace. */
  pace: { asks: number, answers: undefined }
  measure: { asks: undefined, answers: Measures }
  /** Stops the node; the process is to end by itself. */
  stop: { asks: undefined, answers: { timers: number, listeners: number } }
}

export interface PeerInit {
  readonly seed: number
  /** The port that other peers are told to dial. */
  readonly announcedPort: number
  readonly pace: number
}

/** A part of the play. */
export interface Part {
  readonly count: number
  readonly inFlight: number
  readonly glare: GlarePolicy
  /** Longest that one rings unless it is for ever, milliseconds. @default 40_000, most of them 6_000 */
  readonly longestRing?: number
  /** Whether both sides talk in each session. @default false */
  readonly talk?: boolean
}

export interface Standing {
  readonly unended: readonly InvitationId[]
  readonly open: readonly InvitationId[]
  /** All that the service still lists, whatever for. */
  readonly listed: readonly InvitationId[]
}

/** What a peer holds. */
export interface Measures {
  /** Bytes on the heap and in buffers beside it, after a garbage collection. */
  readonly heap: number
  /** Open streams of our protocol. */
  readonly streams: number
  /** Running timers of the library's. */
  readonly timers: number
  /** The library's listeners on libp2p's events. */
  readonly listeners: number
  /** Handles that something still refers to. */
  readonly handles: number
  /** Calls of verbs that have not settled. */
  readonly pendingVerbs: number
}

/** One thing that a peer's user was told, in order. */
export type Sighting = { readonly id: InvitationId, readonly role: 'caller' | 'callee' } & (
  | { readonly saw: 'state', readonly change: StateChange }
  | { readonly saw: 'missed' }
  | { readonly saw: 'session-end', readonly end: SessionEnd }
  /** What the `outcome` promise resolved with. */
  | { readonly saw: 'outcome', readonly end: End, readonly response?: Payload }
  /** A verb was called and threw an error that is none of the library's, or of a kind that makes no sense there. */
  | { readonly saw: 'fault', readonly error: string }
)
