/** 16 random bytes that the caller made, as 32 lower-case hexadecimal digits: unique per caller. */
export type InvitationId = string

/** The caller's or the callee's own data: text, or bytes. Whichever was given is what the other side gets. */
export type Payload = string | Uint8Array

/*
 * The names of kinds and reasons, which are numbers on the wire: the number of a name is its place in its list, from 1 on. So no name
 * is ever moved or taken out, and a new one comes last in each list that it is in.
 */

/** What a word may be. */
export const WORD_KINDS = ['invite', 'delivered', 'ringing', 'accept', 'confirm', 'refuse', 'stop', 'hangup', 'ended', 'message', 'receipt'] as const
export type WordKind = typeof WORD_KINDS[number]

/** Why a callee refuses. */
export const REFUSAL_REASONS = ['declined', 'busy', 'do-not-disturb', 'no-answer', 'unavailable', 'unsupported', 'not-allowed', 'need-permission', 'custom'] as const
export type RefusalReason = typeof REFUSAL_REASONS[number]

/** Why an invitation was taken back. */
export const CANCEL_REASONS = ['canceled', 'timeout', 'answered-elsewhere', 'refused-elsewhere', 'busy-elsewhere', 'glare', 'replaced', 'caller-gone', 'shutdown'] as const
export type CancelReason = typeof CANCEL_REASONS[number]

/** Why a session was ended by one of the two. */
export const HANGUP_REASONS = ['hangup', 'replaced', 'shutdown', 'connection-lost', 'protocol-error'] as const
export type HangupReason = typeof HANGUP_REASONS[number]

/**
 * What a STOP may give as its reason: how the invitation ended (a cancel reason), how its session did (a hang-up
 * reason), `refused` where it only says that a refusal was heard, or `unknown` where the caller knows nothing of it.
 */
export const STOP_REASONS = ['canceled', 'timeout', 'answered-elsewhere', 'refused-elsewhere', 'busy-elsewhere', 'glare', 'replaced', 'caller-gone', 'shutdown', 'hangup', 'connection-lost', 'refused', 'unknown', 'protocol-error'] as const
export type StopReason = typeof STOP_REASONS[number]

/** What an ENDED may give as its reason: what the callee's side has to say of an invitation that is not live there. */
export const ENDED_REASONS = ['stopped', 'unknown', 'expired', 'caller-gone', 'accept-failed', 'connection-lost', 'rate-limited', 'hangup'] as const
export type EndedReason = typeof ENDED_REASONS[number]

/** caller → callee: rings. Said again, word for word but for `age`, whenever a link comes up while it is live. */
export interface InviteWord {
  readonly kind: 'invite'
  readonly id: InvitationId
  /** How long it rings from delivery on, milliseconds; 0 = for ever. */
  readonly ringTime: number
  /** How much of that had passed when this was said, milliseconds. */
  readonly age: number
  readonly content?: Payload | undefined
  readonly channelId?: string | undefined
  /** An invite token that the callee handed out, as it gave it. */
  readonly token?: string | undefined
}

/** callee → caller: this device has it. */
export interface DeliveredWord { readonly kind: 'delivered', readonly id: InvitationId }

/** callee → caller: its user is being alerted. */
export interface RingingWord { readonly kind: 'ringing', readonly id: InvitationId }

/** callee → caller: its user accepts. Nothing is promised until the confirm. */
export interface AcceptWord {
  readonly kind: 'accept'
  readonly id: InvitationId
  readonly response?: Payload | undefined
  /** How much of messages the callee takes on each lane before its first receipt; without it, it takes none. */
  readonly window?: number | undefined
}

/** caller → callee: the accept was the first thing that happened; the session is open. */
export interface ConfirmWord {
  readonly kind: 'confirm'
  readonly id: InvitationId
  /** How much of messages the caller takes on each lane before its first receipt; without it, it takes none. */
  readonly window?: number | undefined
}

/** callee → caller: refused, finally. */
export interface RefuseWord {
  readonly kind: 'refuse'
  readonly id: InvitationId
  readonly reason: RefusalReason
  /** In the user's own words; goes with the reason `custom`. */
  readonly text?: string | undefined
  readonly response?: Payload | undefined
}

/** caller → callee: it is over, and this is what had happened first. */
export interface StopWord {
  readonly kind: 'stop'
  readonly id: InvitationId
  readonly reason: StopReason
  /** With `glare` or `replaced`: the invitation that is kept in its place. */
  readonly kept?: InvitationId | undefined
}

/** callee → caller: the session is over. (A caller that hangs up says STOP.) */
export interface HangupWord { readonly kind: 'hangup', readonly id: InvitationId, readonly reason: HangupReason }

/** callee → caller: it is not live here; said only in answer to INVITE, CONFIRM or STOP, and never answered. */
export interface EndedWord { readonly kind: 'ended', readonly id: InvitationId, readonly reason: EndedReason }

/** Which side of the invitation somebody is. */
export type Role = 'caller' | 'callee'

/** Either side, while the session is open: one part of a message. */
export interface MessageWord {
  readonly kind: 'message'
  readonly id: InvitationId
  readonly by: Role
  /** Which lane of the session it is said on: 1 is WebRTC's; absent, the app's own. */
  readonly lane?: number | undefined
  /** Which of all parts that this side says on the lane, from 1 on. */
  readonly number: number
  readonly payload: Payload
  /** Whether the message goes on in the next part. */
  readonly more: boolean
}

/** Either side, while the session is open: what it has of the other's messages, and how much more it takes. */
export interface ReceiptWord {
  readonly kind: 'receipt'
  readonly id: InvitationId
  readonly by: Role
  /** Which lane of the session it is about, as in a message. */
  readonly lane?: number | undefined
  /** The last part up to which all have come; 0 = none. */
  readonly heard: number
  /** How much the parts behind that may cost together. */
  readonly window: number
}

/** What only the caller of an invitation says. */
export type CallerWord = InviteWord | ConfirmWord | StopWord
/** What only its callee says. */
export type CalleeWord = DeliveredWord | RingingWord | AcceptWord | RefuseWord | HangupWord | EndedWord
/** What settles how an invitation and its session end. Who says it tells whose invitation the id means. */
export type InvitationWord = CallerWord | CalleeWord
/** What both sides of a session say in it; `by` tells whose invitation the id means. */
export type SessionWord = MessageWord | ReceiptWord
/** One message. */
export type Word = InvitationWord | SessionWord
