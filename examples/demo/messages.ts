import type { AcceptOptions, InvitationId, LocalInvitationOptions, Originator, RefuseOptions } from 'libp2p-invitation'
import type { PresenceStatus } from 'libp2p-invitation/presence'

/** What a peer is started with. */
export interface PeerInit {
  readonly name: string
  /** The address of the one peer that it dials at its start; none if it is the first. */
  readonly bootstrap?: string
  /** The address that it gives for its own; where it listens, if there is none. */
  readonly announce?: string
  /** The relays by way of which it can be reached, and nowhere else; none if it listens itself. */
  readonly relays?: ReadonlyArray<{ readonly name: string, readonly address: string }>
}

/** What the conductor has a peer's user do. Invitations are told apart by their channel id. */
export type Order =
  | { readonly do: 'invite', readonly whom: string, readonly options: LocalInvitationOptions & { channelId: string } }
  | { readonly do: 'accept', readonly channelId: string, readonly options: AcceptOptions }
  | { readonly do: 'refuse', readonly channelId: string, readonly options: RefuseOptions }
  | { readonly do: 'cancel', readonly channelId: string }
  | { readonly do: 'endSession', readonly channelId: string }
  | { readonly do: 'setStatus', readonly status: PresenceStatus }
  | { readonly do: 'stop' }

/** An invitation came into a state. */
export interface StateReport {
  readonly kind: 'state'
  readonly role: 'caller' | 'callee'
  readonly whom: string
  readonly id: InvitationId
  readonly channelId: string | undefined
  readonly state: string
  /** In the end states only: why it ended, and through whom. */
  readonly reason: string | undefined
  readonly originator: Originator | undefined
  /** What the other side gave along: content, response, or the text of a refusal. */
  readonly words: string | undefined
}

/** The session that an acceptance had opened is over. */
export interface SessionReport {
  readonly kind: 'session-end'
  readonly role: 'caller' | 'callee'
  readonly whom: string
  readonly id: InvitationId
  readonly channelId: string | undefined
  readonly reason: string
  readonly originator: Originator
}

/** What a peer tells the conductor, as it happens. */
export type Report =
  | { readonly kind: 'listening', readonly addresses: string[] }
  | { readonly kind: 'online', readonly whom: string }
  | { readonly kind: 'status', readonly whom: string, readonly status: PresenceStatus }
  | { readonly kind: 'offline', readonly whom: string, readonly reason: string }
  /** `via`: the name of the relay, where it is a relayed connection. */
  | { readonly kind: 'connected', readonly whom: string, readonly via?: string | undefined }
  | { readonly kind: 'held', readonly relay: string }
  | { readonly kind: 'lost', readonly relay: string }
  | { readonly kind: 'disconnected', readonly whom: string }
  | { readonly kind: 'missed', readonly whom: string, readonly channelId: string | undefined }
  | StateReport
  | SessionReport
