/**
 * Invite tokens: short texts that a peer hands out, in a link say, to be called by whoever has one. Where strangers are ignored
 * (`policy: 'contacts'`), a token is what lets a stranger in; everywhere its holder is not in one crowd with strangers, who may have
 * used up what strangers may do.
 *
 * @example
 *
 * ```TypeScript
 * import { createPeer } from 'libp2p-invitation/peer'
 *
 * const doctor = await createPeer({ relays, invitation: { policy: 'contacts' } })
 * const token = await doctor.services.inviteTokens.create({ peers: 1 })
 * const link = `https://example.org/call#${doctor.peerId}/${token}`
 *
 * // whoever opened the link
 * const [callee, token] = location.hash.slice(1).split('/')
 * const local = await patient.services.invitation.invite(callee, { token })
 * ```
 *
 * A token is random and means nothing by itself: this peer keeps a list of those that are good. A signed one would need no
 * list, but to be revoked it would need one of those that are not; and whoever loses that list would open all doors again that were
 * shut. Lose this one, and all links are shut. It is kept in the node's datastore: without one that lasts, links are shut with the node.
 *
 * What a token is checked by is a look into a table, which takes as long for a wrong one as for a good one.
 */
import { systemEnvironment } from '../environment/index.ts'
import { InviteTokenService } from './invite-token-service.ts'
import type { AbortOptions, ComponentLogger, PeerId, Startable } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'
import type { Environment } from '../environment/index.ts'

export * from './constants.ts'

export interface InviteTokenOptions extends AbortOptions {
  /**
   * How long it is good, milliseconds: 1,000 to 366 days, or 0 until it is revoked.
   *
   * @default 604_800_000, seven days
   */
  lifetime?: number
  /**
   * How many peers it lets in, 1 to 256: the first ones that come with it, each as often as it likes. A peer whose call was missed
   * may so try again, and nobody is let in by a link that was passed on.
   *
   * @default any number
   */
  peers?: number
}

/** A token that is good. */
export interface InviteToken {
  readonly token: string
  /** When it ceases to be good, milliseconds since 1970 by this peer's clock; undefined if it does not by itself. */
  readonly until: number | undefined
  /** How many peers it lets in; undefined if any number. */
  readonly peers: number | undefined
  /** Those that came with it, as text, if their number is limited. */
  readonly usedBy: readonly string[]
}

/** The invite tokens of this peer. */
export interface InviteTokens {
  /**
   * Makes a token: 26 characters, a to z and 2 to 7. Resolves when it is kept.
   *
   * @throws {InvalidArgumentError} an option is out of its range
   * @throws {RateLimitedError} 256 are good already
   * @throws {AbortError} the signal aborted
   * @throws {Error} the datastore's own; there is no such token then
   */
  create(options?: InviteTokenOptions): Promise<string>
  /**
   * It lets nobody in from now on; what rings already rings on. Nothing happens if it is none. Resolves when that is kept.
   *
   * @throws {AbortError} the signal aborted; it is revoked until the node is started anew
   * @throws {Error} the datastore's own; the same holds
   */
  revoke(token: string, options?: AbortOptions): Promise<void>
  /** Those that are good now, in no order. */
  list(): InviteToken[]
  /** Whether that is a token which lets that peer in now. If it is for a number of peers, this is one of them from then on. */
  admits(token: string, peer: PeerId): boolean
}

export interface InviteTokensComponents {
  datastore: Datastore
  logger: ComponentLogger
}

/**
 * The invite tokens, for `createLibp2p({ services: { invitation: invitation(), inviteTokens: inviteTokens() } })`: by that key the
 * invitation service finds them. Time and chance come from `environment`; tests bring their own.
 */
export function inviteTokens (): (components: InviteTokensComponents, environment?: Environment) => InviteTokens & Startable {
  return (components, environment = systemEnvironment) => new InviteTokenService(components, environment)
}
