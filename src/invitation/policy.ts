import { InvalidArgumentError } from '../errors/index.ts'
import { REFUSAL_REASONS } from '../wire/index.ts'
import type { PeerId } from '@libp2p/interface'
import type { InvitationPolicy } from './index.ts'
import type { Admission, GlarePolicy } from './pair.ts'
import type { RemoteInvitationHandle } from './remote-invitation-handle.ts'

/** What a policy needs to know of this peer. */
export interface PolicyContext {
  /** What this peer says of itself to everybody; nothing where there is no presence. */
  readonly ownStatus: string | undefined
  /** Whether this peer is on a call with any other than that one, or about to be. */
  isBusyWithout(peer: PeerId): boolean
  policyFailed(thrown: unknown): void
}

/** The policy that is in force, and what it says about each invitation that comes in. */
export class Policy {
  readonly #context: PolicyContext
  #rules: InvitationPolicy = { glare: 'accept', busy: 'ring', refuseWhile: ['do-not-disturb'], admit: () => 'ring' }

  constructor (context: PolicyContext) {
    this.#context = context
  }

  get glare (): GlarePolicy {
    return this.#rules.glare
  }

  /** Throws `InvalidArgumentError`, and changes nothing, where a part of it is none. */
  change (rules: Partial<InvitationPolicy>): void {
    const { glare = this.#rules.glare, busy = this.#rules.busy, refuseWhile = this.#rules.refuseWhile, admit = this.#rules.admit } = rules

    if (!['accept', 'ring', 'off'].includes(glare) || !['ring', 'refuse'].includes(busy) || !isRefuseWhile(refuseWhile) || typeof admit !== 'function') {
      throw new InvalidArgumentError('a policy has glare: accept, ring or off; busy: ring or refuse; refuseWhile: a list of busy, do-not-disturb; admit: a function')
    }

    this.#rules = { glare, busy, refuseWhile: [...refuseWhile], admit }
  }

  /** What this peer's user said of itself comes first, then what it is doing; the app is asked about the rest. */
  decide (invitation: RemoteInvitationHandle): Admission | Promise<Admission> {
    const { busy, refuseWhile, admit } = this.#rules
    const { ownStatus } = this.#context
    const reason = refuseWhile.find(status => status === ownStatus)

    if (reason != null) {
      return { refuse: reason }
    }

    if (busy === 'refuse' && this.#context.isBusyWithout(invitation.peer)) {
      return { refuse: 'busy' }
    }

    try {
      const decided = admit(invitation)

      return decided instanceof Promise
        ? decided.then(admission => this.#checked(admission), thrown => this.#failed(thrown))
        : this.#checked(decided)
    } catch (thrown) {
      return this.#failed(thrown)
    }
  }

  #checked (admission: Admission): Admission {
    if (admission === 'ring' || admission === 'ignore' || REFUSAL_REASONS.includes(admission?.refuse)) {
      return admission
    }

    return this.#failed(new InvalidArgumentError('a policy answers ring, ignore or { refuse: reason }'))
  }

  /** A policy that fails lets nobody in, and tells nobody that it failed. */
  #failed (thrown: unknown): Admission {
    this.#context.policyFailed(thrown)

    return 'ignore'
  }
}

/** A user of plain JavaScript may have misspelt it. */
function isRefuseWhile (statuses: unknown): statuses is InvitationPolicy['refuseWhile'] {
  return Array.isArray(statuses) && statuses.every(status => status === 'busy' || status === 'do-not-disturb')
}
