import type { RefusalReason } from '../wire/index.ts'
import type { RemoteInvitation } from './index.ts'
import type { Admission, GlarePolicy } from './pair.ts'

/**
 * A policy by its name: `open` lets everybody in, strangers within tight limits, and is `{ strangers: 'ring' }`; with `contacts`
 * strangers find nobody here, and it is `{ strangers: 'ignore' }`.
 */
export type PolicyName = 'open' | 'contacts'

/** Who is a contact, by peer id as text: a `Set` is one. It is looked at anew for each invite, so what is added or deleted counts at once. */
export interface Contacts {
  has(peer: string): boolean
}

/** What decides about incoming invitations. */
export interface InvitationPolicy {
  /**
   * What happens to an invitation of somebody who is no contact, has no invite token of this peer's, and is not being invited by
   * it at that moment: it goes on to what is below (`ring`), or it is dropped without an answer and without a trace (`ignore`).
   *
   * With `ignore` all that is not answered looks the same from outside, to the byte: whether the user is there or not, is busy or
   * must not be disturbed, whether a token is wrong, revoked or run out, whether limits are reached. What strangers can see
   * is that a peer is there whose software has this protocol, which libp2p tells everybody. With `ring` they learn more: the
   * reason of a refusal, be it `busy` or `do-not-disturb`, and that limits are reached.
   *
   * @default 'ring'
   */
  strangers: 'ring' | 'ignore'
  /**
   * What happens when two peers invite each other: one invitation is kept, and the other side `accept`s it by itself or
   * lets it `ring`; `off` lets both go on.
   *
   * @default 'accept'
   */
  glare: GlarePolicy
  /**
   * Asked first about each invitation that comes to it, before anything is said to its caller: `ring`, `ignore` (silence, as if nobody
   * were there; its handle never ends), or `{ refuse: reason }`. What it lets ring may still be refused by what is below. If it
   * throws, the invitation is ignored and the error logged. A peer that this peer is inviting itself at that moment is neither
   * refused nor asked about.
   *
   * To TypeScript, an async function that answers one word only returns any string: declare it as
   * `async (): Promise<Admission> => 'ignore'`.
   *
   * @default everything rings
   */
  admit: (invitation: RemoteInvitation) => Admission | Promise<Admission>
  /**
   * While this peer's own presence says one of these, every invitation is refused as it comes in, with that very word as
   * the reason; `[]` refuses none. One that rings already rings on. Without a presence service this means nothing. (The
   * status `busy` is what its user says; what this peer is doing is the part `busy`.)
   *
   * @default ['do-not-disturb']
   */
  refuseWhile: ReadonlyArray<Extract<RefusalReason, 'busy' | 'do-not-disturb'>>
  /**
   * What happens to an invitation while another peer's is live here, or a session with another peer is open: it `ring`s as
   * well, or is `refuse`d as `busy`. No contact is refused because somebody rings who is none.
   *
   * @default 'ring'
   */
  busy: 'ring' | 'refuse'
}

/** Beyond them an invite is answered that there are too many, and nothing of it is kept; where strangers are ignored, only contacts are told. */
export interface InvitationLimits {
  /** Most live invitations from one peer. @default 8 */
  livePerPeer: number
  /** Most live invitations from all contacts together, from all others together, and out to all peers together. @default 1_024 */
  live: number
  /** Most invites from one peer in `inviteTime`. @default 5 */
  invites: number
  /**
   * Most invites at once from all strangers together, and as many from all guests, who have an invite token; in `inviteTime` as many
   * come back. Those that `strangers` drops do not count.
   *
   * @default 60, or `invites` if that is more
   */
  invitesOfStrangers: number
  /** Milliseconds. @default 10_000 */
  inviteTime: number
}

export interface InvitationInit {
  /** The first part of the protocol's name. @default 'libp2p-invitation' */
  protocolPrefix?: string
  /** @default 'open' */
  policy?: PolicyName | Partial<InvitationPolicy>
  /** Whose invitations are wanted: they have limits of their own, which nobody else uses up. @default nobody */
  contacts?: Contacts
  limits?: Partial<InvitationLimits>
}
