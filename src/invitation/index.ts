/**
 * Invitations: the service, and a handle for each side of one.
 *
 * One peer invites another; the other rings, and accepts or refuses; either may give up; both always end in the same
 * place. The caller decides and the callee is told: `caller-machine.ts` and `callee-machine.ts` are the two tables that
 * settle every race, `pair.ts` is glare, and the rest of this room carries out what they say.
 *
 * @example
 *
 * ```ts
 * import { noise } from '@chainsafe/libp2p-noise'
 * import { gossipsub } from '@libp2p/gossipsub'
 * import { identify } from '@libp2p/identify'
 * import { createLibp2p } from 'libp2p'
 * import { invitation } from 'libp2p-invitation'
 * import { gossipsubPreset, presence } from 'libp2p-invitation/presence'
 * import { webSocketsPreset, yamuxPreset } from 'libp2p-invitation/reachability'
 *
 * const node = await createLibp2p({
 *   addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
 *   transports: [webSocketsPreset()],
 *   connectionEncrypters: [noise()],
 *   streamMuxers: [yamuxPreset()],
 *   services: { identify: identify(), pubsub: gossipsub(gossipsubPreset()), presence: presence(), invitation: invitation() }
 * })
 *
 * node.services.invitation.addEventListener('invitation:received', async ({ detail: remote }) => {
 *   await remote.accept({ response: 'on my way' })
 * })
 * ```
 */
import { currentPage, systemEnvironment } from '../environment/index.ts'
import { createInvitationService } from './invitation-server.ts'
import type { AbortOptions, ComponentLogger, Libp2pEvents, Metrics, PeerId, PeerStore, Startable, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'
import type { Environment, Page } from '../environment/index.ts'
import type { EndOptions, Lane, Originator, Session, SessionEnd, SessionEndReason, SessionEvents, SessionMessage, SessionOutcome } from '../session/index.ts'
import type { CancelReason, HangupReason, InvitationId, Payload, RefusalReason } from '../wire/index.ts'
import type { CalleePhase } from './callee-machine.ts'
import type { CallerPhase } from './caller-machine.ts'
import type { End, EndState, FailureReason } from './ends.ts'
import type { Contacts, InvitationInit, InvitationLimits, InvitationPolicy, PolicyName } from './invitation-init.ts'
import type { Admission, GlarePolicy } from './pair.ts'

export type { Admission, CalleePhase, CallerPhase, CancelReason, Contacts, End, EndState, FailureReason, GlarePolicy, HangupReason, InvitationId, InvitationInit, InvitationLimits, InvitationPolicy, Originator, Payload, PolicyName, RefusalReason }
export type { EndOptions, Lane, Session, SessionEnd, SessionEndReason, SessionEvents, SessionMessage, SessionOutcome }

/** When each state was entered, milliseconds since 1970 by this peer's clock: for people to read, nothing is decided by it. */
export type Timestamps<Phase extends string> = { readonly [State in Phase]?: number }

/** One state entered: the detail of the event that is named after the state. */
export interface StateChange<Phase extends string = CallerPhase | CalleePhase> {
  readonly state: Phase
  /** Milliseconds since 1970. */
  readonly at: number
  /** How it ended; there in the end states only. */
  readonly end?: End
  /** The callee's own data, with an end state, where it gave any. */
  readonly response?: Payload
  /** The callee's own words to a refusal, where it gave any. */
  readonly text?: string
}

type Accepted = Extract<End, { state: 'accepted' }>

/** How an invitation ended, and when: what `outcome` resolves with. If it was accepted, the session is there. */
export type Outcome = ((Accepted & { readonly session: Session }) | (Exclude<End, Accepted> & { readonly session?: undefined })) &
  { readonly at: number, readonly response?: Payload, readonly text?: string }

/** Events of a handle: one for each state it enters, named after the state, and one more. */
export type InvitationEvents<Phase extends string> = { [State in Phase]: CustomEvent<StateChange<Phase>> } & {
  /** A caller's invitation is still not delivered after 5 s. */
  'undelivered': CustomEvent<undefined>
}

export interface CancelOptions extends AbortOptions {
  /** @default 'canceled' */
  reason?: Exclude<CancelReason, 'timeout' | 'glare' | 'caller-gone'>
}

export interface AcceptOptions extends AbortOptions {
  /** The callee's own data for the caller: text, or bytes; at most 8,192 bytes. */
  response?: Payload
}

export interface RefuseOptions extends AbortOptions {
  /** @default 'declined', or 'custom' with `text` */
  reason?: RefusalReason
  /** The reason in the user's own words, at most 256 bytes. */
  text?: string
  /** The callee's own data for the caller: text, or bytes; at most 8,192 bytes. */
  response?: Payload
}

/**
 * What both handles have. All verbs are here, so that code may hold either; those of the other role reject with
 * `WrongRoleError`. Listeners that throw are logged and harm nothing.
 */
export interface Invitation<Phase extends string = string> extends TypedEventTarget<InvitationEvents<Phase>>, AsyncIterable<Phase> {
  readonly role: 'caller' | 'callee'
  /** The other peer. */
  readonly peer: PeerId
  readonly id: InvitationId
  readonly content: Payload | undefined
  readonly channelId: string | undefined
  /** The callee's own data, once it answered. */
  readonly response: Payload | undefined
  /** The state that was announced last. */
  readonly state: Phase
  readonly timestamps: Timestamps<Phase>
  /** How it ended, once it has. */
  readonly end: End | undefined
  /** Resolves with how it ended; never rejects. */
  readonly outcome: Promise<Outcome>
  /** What the two share after an acceptance; `undefined` until then. */
  readonly session: Session | undefined
  /**
   * Walks the states, from the first one on, and is done after the end state. `for await` over the handle does the same
   * without a signal.
   *
   * @throws {AbortError} when the signal aborts
   */
  states(options?: AbortOptions): AsyncGenerator<Phase, void, undefined>
  /** See `LocalInvitation`. */
  send(options?: AbortOptions): Promise<void>
  /** See `LocalInvitation`. */
  cancel(options?: CancelOptions): Promise<void>
  /** See `RemoteInvitation`. */
  accept(options?: AcceptOptions): Promise<Session>
  /** See `RemoteInvitation`. */
  refuse(options?: RefuseOptions): Promise<void>
  /** See `RemoteInvitation`. */
  ignore(): void
}

/** The caller's handle on one invitation: `idle → sending → delivered → ringing →` an end state. */
export interface LocalInvitation extends Invitation<CallerPhase> {
  readonly role: 'caller'
  /** How long it rings from delivery on, milliseconds; 0 = for ever. */
  readonly ringTime: number
  /** How long it looks for a device of the callee, milliseconds. */
  readonly deliveryTime: number
  /**
   * Sends it. Resolves when it is on its way, or has ended before that; how it ends is `outcome`'s to say. The callee need
   * not be there yet: it is looked for until `deliveryTime` is over.
   *
   * @throws {NotStartedError} the service is not started
   * @throws {AlreadySentError} it was sent before
   * @throws {AlreadyEndedError} it was canceled before
   * @throws {RateLimitedError} too many invitations of this peer's are live
   * @throws {AbortError} the signal aborted before it was on its way; it is then canceled
   */
  send(options?: AbortOptions): Promise<void>
  /**
   * Takes it back, in any state before the end. Takes effect at once, since the caller decides; resolves when the callee
   * has heard it, or after 30 s.
   *
   * @throws {AlreadyAcceptedError} the accept came first
   * @throws {AlreadyEndedError} it has ended in another way
   * @throws {AbortError} the signal aborted the wait; it is canceled all the same
   */
  cancel(options?: CancelOptions): Promise<void>
}

/** The callee's handle on one invitation: `received → ringing → accepting →` an end state. */
export interface RemoteInvitation extends Invitation<CalleePhase> {
  readonly role: 'callee'
  /** How long it rings, milliseconds; 0 = for ever. */
  readonly ringTime: number
  /**
   * Accepts it. Resolves with the session when the caller has confirmed; until then nothing is promised. What was accepted
   * by itself because of glare (see `InvitationPolicy`) may be accepted once more: that only waits, and its response is not
   * said.
   *
   * @throws {AlreadyEndedError} it has ended, or did so before the confirm (`end` says how): the caller had canceled, or
   *   could not be reached for 10 s (`accept-failed`)
   * @throws {AlreadyAcceptedError} it was accepted before
   * @throws {PayloadTooLargeError} the response is larger than 8,192 bytes
   * @throws {InvalidArgumentError} the response is neither text nor bytes; or it does not ring, and the policy decides
   * @throws {AbortError} the signal aborted the wait; the accept stands
   */
  accept(options?: AcceptOptions): Promise<Session>
  /**
   * Refuses it, finally and at once; resolves when the caller has heard it, or after 30 s.
   *
   * @throws {AlreadyAcceptedError} it was accepted before
   * @throws {AlreadyEndedError} it has ended
   * @throws {PayloadTooLargeError} the response is larger than 8,192 bytes, or the text than 256
   * @throws {InvalidArgumentError} the response is neither text nor bytes, the reason is none; or it does not ring, and the
   *   policy decides
   * @throws {AbortError} the signal aborted the wait; it is refused all the same
   */
  refuse(options?: RefuseOptions): Promise<void>
  /**
   * Stops alerting the user, and tells nobody: the caller goes on ringing. It may still be accepted or refused, and does
   * not count as missed.
   *
   * @throws {InvalidArgumentError} it does not ring, and the policy decides
   * @throws {AlreadyAcceptedError} it was accepted before
   * @throws {AlreadyEndedError} it has ended
   */
  ignore(): void
}

export interface LocalInvitationOptions {
  /** The caller's own data: text, or bytes; at most 8,192 bytes. */
  content?: Payload
  /** The name of the call or room that the invitation is for, at most 64 bytes. */
  channelId?: string
  /**
   * How long it rings from delivery on, milliseconds: 1,000 to 600,000, or 0 for ever.
   *
   * @default 60_000
   */
  ringTime?: number
  /**
   * How long it looks for a device of the callee, milliseconds: 1,000 to 600,000.
   *
   * @default 30_000
   */
  deliveryTime?: number
  /** An invite token that the callee handed out, as it gave it (see `libp2p-invitation/tokens`); at most 64 bytes. */
  token?: string
}

/** An invitation and how it ended. */
export interface EndedInvitation {
  readonly invitation: LocalInvitation | RemoteInvitation
  readonly end: End
}

/** A session and how it ended. */
export interface EndedSession {
  readonly session: Session
  readonly end: SessionOutcome
}

/** Everything that a call screen or a call log needs, of all invitations, in order. */
export interface InvitationServiceEvents {
  /** One came in, and its user is being alerted. */
  'invitation:received': CustomEvent<RemoteInvitation>
  /** Any invitation entered any state. */
  'invitation:state': CustomEvent<StateChange & { readonly invitation: LocalInvitation | RemoteInvitation }>
  /** One of this peer's own is still not delivered after 5 s. */
  'invitation:undelivered': CustomEvent<LocalInvitation>
  /** Any invitation ended. */
  'invitation:ended': CustomEvent<EndedInvitation>
  /** One rang here and ended without its user acting: the caller took it back, its time was over, or the caller was gone. */
  'invitation:missed': CustomEvent<EndedInvitation>
  /** An invitation was accepted, by either side, and the session that came of it is open. */
  'session:opened': CustomEvent<Session>
  /** A session ended. */
  'session:ended': CustomEvent<EndedSession>
}

/** The service: makes invitations, and tells of all of them. */
export interface InvitationService extends TypedEventTarget<InvitationServiceEvents> {
  /**
   * Makes an invitation that is not sent yet.
   *
   * @throws {InvalidArgumentError} the peer is not a peer id, or is this peer itself; a time is out of range; content is
   *   neither text nor bytes
   * @throws {PayloadTooLargeError} the content is larger than 8,192 bytes, or the channel id or the token than 64
   */
  createLocalInvitation(peer: PeerId | string, options?: LocalInvitationOptions): LocalInvitation
  /** Makes an invitation and sends it: see `createLocalInvitation` and `LocalInvitation.send` for what is thrown. */
  invite(peer: PeerId | string, options?: LocalInvitationOptions & AbortOptions): Promise<LocalInvitation>
  /**
   * The invitation of that id, as long as it is live or its session is open. Its `role` tells which of the two it is.
   *
   * @throws {NotFoundError} there is none
   */
  get(id: InvitationId): LocalInvitation | RemoteInvitation
  /** All invitations that are live, that ended and are still to be heard of by the other side, or whose session is open. */
  list(): Array<LocalInvitation | RemoteInvitation>
  /** Changes what is given of the policy, for every invitation that comes from now on. */
  setPolicy(policy: PolicyName | Partial<InvitationPolicy>): void
}

export interface InvitationComponents {
  peerId: PeerId
  registrar: Registrar
  connectionManager: ConnectionManager
  peerStore: PeerStore
  events: TypedEventTarget<Libp2pEvents>
  logger: ComponentLogger
  metrics?: Metrics
  /** A presence service, if there is one. */
  presence?: PresenceSource
  /** What knows the invite tokens that this peer handed out, if there is one. */
  inviteTokens?: InviteTokenSource
}

/** What of the invite tokens matters here. */
export interface InviteTokenSource {
  /** Whether that is a token of this peer's which lets that peer in now. */
  admits(token: string, peer: PeerId): boolean
}

/** What of a presence service matters here. */
export interface PresenceSource extends TypedEventTarget<PresenceSightings> {
  /** What this peer says of itself: see `InvitationPolicy.refuseWhile`. */
  readonly status: string
}

/** What of a presence service's events matters here: that a peer was seen. */
export interface PresenceSightings {
  'peer:online': CustomEvent<{ readonly peer: PeerId }>
  'peer:update': CustomEvent<{ readonly peer: PeerId }>
}

/**
 * The invitation service, for `createLibp2p({ services: { invitation: invitation() } })`. Throws `InvalidArgumentError` when
 * the node is made with a policy or limit that is none. If a presence service goes by the key `presence`, whoever appears
 * there is tried at once, and this peer's own status there counts in the policy. If invite tokens go by the key `inviteTokens`, as
 * `inviteTokens()` of `libp2p-invitation/tokens` makes them, whoever has one is let in.
 *
 * When the page is closed, or left for another, everything that is live ends as it does when the node stops, and the other
 * sides are told in the last moment that there is. Time and chance come from `environment`, and what happens to the page from
 * `page`; tests bring their own.
 */
export function invitation (init: InvitationInit = {}): (components: InvitationComponents, environment?: Environment, page?: Page) => InvitationService & Startable {
  return (components, environment = systemEnvironment, page = currentPage()) => createInvitationService(components, init, environment, page)
}
