import type { RefusalReason } from '../wire/index.ts'
import type { RemoteInvitation } from './index.ts'
import type { Admission, GlarePolicy } from './pair.ts'

/** What decides about incoming invitations. */
export interface InvitationPolicy {
  /**
   * What happens when two peers invite each other: one invitation is kept, and the other side `accept`s it by itself or
   * lets it `ring`; `off` lets both go on.
   *
   * @default 'accept'
   */
  glare: GlarePolicy
  /**
   * What happens to an invitation while another peer's is live here, or a session with another peer is open: it `ring`s as
   * well, or is `refuse`d as `busy`.
   *
   * @default 'ring'
   */
  busy: 'ring' | 'refuse'
  /**
   * While this peer's own presence says one of these, every invitation is refused as it comes in, with that very word as
   * the reason; `[]` refuses none. One that rings already rings on. Without a presence service this means nothing. (The
   * status `busy` is what its user says; what this peer is doing is the part `busy`.)
   *
   * @default ['do-not-disturb']
   */
  refuseWhile: ReadonlyArray<Extract<RefusalReason, 'busy' | 'do-not-disturb'>>
  /**
   * Decides about each invitation that is not refused by the above, before anything is said to its caller: `ring`, `ignore`
   * (silence, as if nobody were there; its handle never ends), or `{ refuse: reason }`. If it throws, the invitation is ignored
   * and the error logged. A peer that this peer is inviting itself at that moment is neither refused nor asked about.
   *
   * To TypeScript, an async function that answers one word only returns any string: declare it as
   * `async (): Promise<Admission> => 'ignore'`.
   *
   * @default everything rings
   */
  admit: (invitation: RemoteInvitation) => Admission | Promise<Admission>
}

export interface InvitationLimits {
  /** Most live invitations from one peer. @default 8 */
  livePerPeer: number
  /** Most live invitations in each direction, of all peers together. @default 1_024 */
  live: number
  /** Most invites from one peer in `inviteTime`. @default 5 */
  invites: number
  /** Milliseconds. @default 10_000 */
  inviteTime: number
}

export interface InvitationInit {
  /** The first part of the protocol's name. @default 'libp2p-invitation' */
  protocolPrefix?: string
  policy?: Partial<InvitationPolicy>
  limits?: Partial<InvitationLimits>
}
