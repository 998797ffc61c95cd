import { InvalidArgumentError } from '../errors/index.ts'
import { REFUSAL_REASONS } from '../wire/index.ts'
import type { Logger, PeerId } from '@libp2p/interface'
import type { InvitationPolicy, PolicyName } from './index.ts'
import type { Admission, GlarePolicy } from './pair.ts'
import type { PresenceWatch } from './presence-watch.ts'
import type { RemoteInvitationHandle } from './remote-invitation-handle.ts'

/** What a policy needs to know of this peer. */
export interface PolicyContext {
  readonly log: Logger
  readonly presence: Pick<PresenceWatch, 'status'>
  /** Whether this peer is about to be no more. */
  readonly isLeaving: boolean
  /** Whether this peer is on a call with any other than that one, or about to be. */
  isBusyWithout(peer: PeerId): boolean
}

/** The policy that is in force, and what it says about each invitation that comes in. */
export class Policy {
  readonly #context: PolicyContext
  #rules: InvitationPolicy = { strangers: 'ring', glare: 'accept', busy: 'ring', refuseWhile: ['do-not-disturb'], admit: () => 'ring' }

  constructor (context: PolicyContext) {
    this.#context = context
  }

  get glare (): GlarePolicy {
    return this.#rules.glare
  }

  /** Whether strangers are to find nobody here. */
  get ignoresStrangers (): boolean {
    return this.#rules.strangers === 'ignore'
  }

  /** Throws `InvalidArgumentError`, and changes nothing, where a part of it is none. */
  change (policy: PolicyName | Partial<InvitationPolicy>): void {
    const rules: Partial<InvitationPolicy> = typeof policy === 'string' ? { strangers: policy === 'open' ? 'ring' : policy === 'contacts' ? 'ignore' : policy } : policy
    const { strangers = this.#rules.strangers, glare = this.#rules.glare, busy = this.#rules.busy } = rules
    const { refuseWhile = this.#rules.refuseWhile, admit = this.#rules.admit } = rules

    if (!['ring', 'ignore'].includes(strangers) || !['accept', 'ring', 'off'].includes(glare) || !['ring', 'refuse'].includes(busy) ||
      !isRefuseWhile(refuseWhile) || typeof admit !== 'function') {
      throw new InvalidArgumentError('a policy has strangers: ring or ignore; glare: accept, ring or off; busy: ring or refuse; refuseWhile: a list of busy, do-not-disturb; admit: a function')
    }

    this.#rules = { strangers, glare, busy, refuseWhile: [...refuseWhile], admit }
  }

  /** What is to become of an invitation, at once or later. The app is asked first: whoever it ignores must not learn from what else decides that somebody is there, and busy. */
  decide (invitation: RemoteInvitationHandle): Admission | Promise<Admission> {
    try {
      const decided = this.#rules.admit(invitation)

      return decided instanceof Promise
        ? decided.then(admission => this.#answerTo(invitation, admission), thrown => this.#failed(thrown))
        : this.#answerTo(invitation, decided)
    } catch (thrown) {
      return this.#failed(thrown)
    }
  }

  /** What this peer's user said of itself comes before what it is doing. */
  #answerTo ({ peer }: RemoteInvitationHandle, admission: Admission): Admission {
    const { isLeaving, presence } = this.#context

    if (admission !== 'ring') {
      return admission === 'ignore' || REFUSAL_REASONS.includes(admission?.refuse)
        ? admission
        : this.#failed(new InvalidArgumentError('a policy answers ring, ignore or { refuse: reason }'))
    }

    const reason = isLeaving ? 'unavailable' : this.#rules.refuseWhile.find(status => status === presence.status)

    if (reason != null) {
      return { refuse: reason }
    }

    return this.#rules.busy === 'refuse' && this.#context.isBusyWithout(peer) ? { refuse: 'busy' } : 'ring'
  }

  /** A policy that fails lets nobody in, and tells nobody that it failed. */
  #failed (thrown: unknown): Admission {
    this.#context.log.error('the policy failed, the invitation is ignored - %e', thrown)

    return 'ignore'
  }
}

/** A user of plain JavaScript may have misspelt it. */
function isRefuseWhile (statuses: unknown): statuses is InvitationPolicy['refuseWhile'] {
  return Array.isArray(statuses) && statuses.every(status => status === 'busy' || status === 'do-not-disturb')
}
