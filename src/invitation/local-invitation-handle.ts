import { AlreadyAcceptedError, AlreadyEndedError, AlreadySentError, throwIfAborted } from '../errors/index.ts'
import { CANCEL_REASONS, checkReason } from '../wire/index.ts'
import { InvitationHandle } from './invitation-handle.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { HangupReason } from '../wire/index.ts'
import type { CallerPhase, CallerState } from './caller-machine.ts'
import type { CallerVerb } from './dialogue.ts'
import type { HandleInit } from './invitation-handle.ts'
import type { CancelOptions, LocalInvitation } from './index.ts'

/** The others are the library's own to give: the callee takes them for what they say. */
const USERS_CANCEL_REASONS = CANCEL_REASONS.filter(reason => reason !== 'timeout' && reason !== 'glare' && reason !== 'caller-gone')

/** What a caller's handle asks of the service. */
export interface CallerVerbs {
  send(invitation: LocalInvitationHandle): void
  act(invitation: LocalInvitationHandle, input: CallerVerb): void
}

/** The caller's handle on one invitation. */
export class LocalInvitationHandle extends InvitationHandle<CallerState, CallerPhase> implements LocalInvitation {
  readonly role = 'caller'
  readonly ringTime: number
  readonly deliveryTime: number
  /** What the callee gave it to be let in by. */
  readonly token: string | undefined
  readonly #verbs: CallerVerbs

  constructor (init: HandleInit<CallerState> & { readonly deliveryTime: number, readonly token: string | undefined }, verbs: CallerVerbs) {
    super(init, 'idle')
    this.ringTime = init.state.ringTime
    this.deliveryTime = init.deliveryTime
    this.token = init.token
    this.#verbs = verbs
  }

  override async send ({ signal }: AbortOptions = {}): Promise<void> {
    throwIfAborted(signal)

    if (this.current.end != null) {
      throw new AlreadyEndedError(this.current.end)
    }

    if (this.current.phase !== 'idle') {
      throw new AlreadySentError('an invitation is sent once')
    }

    this.#verbs.send(this)

    try {
      await this.until(() => this.current.invited || this.current.end != null, signal)
    } catch (err) {
      // nothing was said yet, so taking it back leaves no trace on the other side
      this.#verbs.act(this, { on: 'cancel', reason: 'canceled', originator: 'local' })
      throw err
    }
  }

  override async cancel ({ reason = 'canceled', signal }: CancelOptions = {}): Promise<void> {
    throwIfAborted(signal)
    checkReason(USERS_CANCEL_REASONS, reason)

    if (this.current.phase === 'accepted') {
      throw new AlreadyAcceptedError('it was accepted before; end() of its session hangs up')
    }

    if (this.current.end != null) {
      throw new AlreadyEndedError(this.current.end)
    }

    this.#verbs.act(this, { on: 'cancel', reason, originator: 'local' })
    await this.#untilHeard(signal)
  }

  override async hangUp (reason: HangupReason, signal: AbortSignal | undefined): Promise<void> {
    this.#verbs.act(this, { on: 'end', reason, originator: 'local' })
    await this.#untilHeard(signal)
  }

  async #untilHeard (signal: AbortSignal | undefined): Promise<void> {
    await this.until(() => this.current.stop !== 'owed', signal)
  }
}
