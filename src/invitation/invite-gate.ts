import { InvalidArgumentError } from '../errors/index.ts'
import { INVITE_RATE_TIME, MAX_INVITES_FROM_CROWD, MAX_INVITES_FROM_PEER, MAX_LIVE, MAX_LIVE_FROM_PEER } from './constants.ts'
import { InviteRates } from './invite-rates.ts'
import { hasTooLittleLeft } from './pair.ts'
import type { Logger, PeerId } from '@libp2p/interface'
import type { Environment } from '../environment/index.ts'
import type { CallerWord } from '../wire/index.ts'
import type { Contacts, InvitationInit, InvitationLimits } from './invitation-init.ts'
import type { Policy } from './policy.ts'

/** What a caller's word about an invitation that was never heard of meets: it is heard, answered that there are too many, or met as if nobody were there. */
export type Passage = 'heard' | 'rate-limited' | 'silence'

/** A caller, as far as the gate looks. */
export interface GateCaller {
  readonly peer: PeerId
  /** Invitations of its that may still be answered here. */
  readonly liveIn: number
  /** Invitations to it that it may still answer. */
  readonly liveOut: number
}

/** What the gate needs to know. */
export interface InviteGateContext {
  readonly environment: Environment
  readonly log: Logger
  readonly policy: Pick<Policy, 'ignoresStrangers'>
  /** Whether that is an invite token which lets this peer in. */
  isGuest(peer: PeerId, token: string | undefined): boolean
  /** Live invitations of all contacts together, or of all others. */
  liveIn(ofContacts: boolean): number
}

/**
 * What an invite has to pass before anything of it is kept: whether its caller is wanted, and within the limits. Callers are contacts;
 * guests, who have an invite token; and strangers, who are all others. Whoever this peer is inviting itself counts as a contact.
 *
 * Where strangers are ignored, whoever is no contact gets no answer here that would tell a token that is good from one that is
 * not, or limits that are reached from those that are not.
 */
export class InviteGate {
  readonly limits: Readonly<InvitationLimits>
  readonly #context: InviteGateContext
  readonly #contacts: Contacts
  readonly #rates: InviteRates

  /** Throws `InvalidArgumentError` for contacts that are none, and for a limit that is none. */
  constructor (context: InviteGateContext, { contacts = new Set(), limits }: InvitationInit) {
    this.#context = context
    this.#contacts = contacts
    this.limits = {
      livePerPeer: MAX_LIVE_FROM_PEER,
      live: MAX_LIVE,
      invites: MAX_INVITES_FROM_PEER,
      invitesOfStrangers: Math.max(MAX_INVITES_FROM_CROWD, limits?.invites ?? 0),
      inviteTime: INVITE_RATE_TIME,
      ...limits
    }

    for (const [name, limit] of Object.entries(this.limits)) {
      if (typeof limit !== 'number' || !(limit > 0)) {
        throw new InvalidArgumentError(`limits.${name} must be a number above 0`)
      }
    }

    if (typeof contacts?.has !== 'function') {
      throw new InvalidArgumentError('contacts must be a set')
    }

    this.#rates = new InviteRates(this.limits, context.environment.now())
  }

  /** The set is the app's: one that throws, or answers anything but true (a promise, say), makes nobody a contact. */
  isContact (peer: PeerId): boolean {
    try {
      const answer: unknown = this.#contacts.has(peer.toString())

      return answer === true
    } catch (thrown) {
      this.#context.log.error('the contacts failed - %e', thrown)

      return false
    }
  }

  /** What this word meets. An invite that is heard is counted. */
  passage (caller: GateCaller, word: CallerWord): Passage {
    const passage = this.#passage(caller, word)

    if (passage !== 'heard') {
      this.#context.log('%p is unwanted here, or above its limits', caller.peer)
    }

    return passage
  }

  sweep (): void {
    this.#rates.sweep(this.#context.environment.now())
  }

  #passage ({ peer, liveIn, liveOut }: GateCaller, word: CallerWord): Passage {
    const context = this.#context
    const { livePerPeer, live } = this.limits
    const isContact = liveOut > 0 || this.isContact(peer)
    const isUnknown = !isContact && context.policy.ignoresStrangers

    if (word.kind !== 'invite') {
      return isUnknown ? 'silence' : 'heard'
    }

    const crowd = isContact ? undefined : context.isGuest(peer, word.token) ? 'guests' : 'strangers'

    if (isUnknown && (crowd === 'strangers' || hasTooLittleLeft(word))) {
      return 'silence'
    }

    if (liveIn < livePerPeer && context.liveIn(isContact) < live && this.#rates.admits(peer.toString(), crowd, context.environment.now())) {
      return 'heard'
    }

    return isUnknown ? 'silence' : 'rate-limited'
  }
}
