import { InvalidArgumentError } from '../errors/index.ts'
import { serviceOf } from './service-of.ts'
import type { Logger, PeerId } from '@libp2p/interface'
import type { InvitationComponents, InviteTokenSource } from './index.ts'
import type { Contacts } from './invitation-init.ts'

/** Tells callers apart: contacts, guests, who come with an invite token of this peer's, and strangers, who are all others. */
export class CallerGroups {
  readonly #components: InvitationComponents
  readonly #contacts: Contacts
  readonly #log: Logger
  #tokens: InviteTokenSource | undefined

  /** Throws `InvalidArgumentError` for contacts that are none. */
  constructor (components: InvitationComponents, contacts: Contacts = new Set(), log: Logger) {
    if (typeof contacts?.has !== 'function') {
      throw new InvalidArgumentError('contacts must be a set of peer ids as text')
    }

    this.#components = components
    this.#contacts = contacts
    this.#log = log
  }

  /** Called when the node starts: before, not every service may be there. */
  start (): void {
    this.#tokens = serviceOf(() => this.#components.inviteTokens)
  }

  /** The set is the app's: one that throws, or answers anything but true (a promise, say), makes nobody a contact. */
  isContact (peer: PeerId): boolean {
    try {
      const answer: unknown = this.#contacts.has(peer.toString())

      return answer === true
    } catch (thrown) {
      this.#log.error('the contacts failed, %p counts as a stranger - %e', peer, thrown)

      return false
    }
  }

  isGuest (peer: PeerId, token: string | undefined): boolean {
    return token !== undefined && this.#tokens?.admits(token, peer) === true
  }
}
