import { AlreadyAcceptedError, AlreadyEndedError, InvalidArgumentError, NotFoundError } from '../errors/index.ts'
import { checkPayload, checkReasonText, HANGUP_REASONS, REFUSAL_REASONS } from '../wire/index.ts'
import { checkReason } from './check-reason.ts'
import { InvitationHandle, throwIfAborted } from './invitation-handle.ts'
import type { CalleeInput, CalleePhase, CalleeState } from './callee-machine.ts'
import type { HandleInit } from './invitation-handle.ts'
import type { AcceptOptions, EndOptions, RefuseOptions, RemoteInvitation } from './index.ts'

/** What a callee's handle asks of the service. */
export interface CalleeVerbs {
  act(invitation: RemoteInvitationHandle, input: CalleeInput): void
}

/** The callee's handle on one invitation. */
export class RemoteInvitationHandle extends InvitationHandle<CalleeState, CalleePhase> implements RemoteInvitation {
  readonly role = 'callee'
  readonly ringTime: number
  readonly #verbs: CalleeVerbs
  #hasAccepted = false

  constructor (init: HandleInit<CalleeState>, verbs: CalleeVerbs) {
    super(init, 'received')
    this.ringTime = init.state.ringTime
    this.#verbs = verbs
  }

  override async accept ({ response, signal }: AcceptOptions = {}): Promise<void> {
    throwIfAborted(signal)
    checkResponse(response)

    // what glare made this side accept by itself, its user may accept once more, and wait for the confirm
    if (this.#hasAccepted || !this.#isAccepted) {
      this.#mustBeUnanswered()
      this.keepAnswer(response)
      this.#verbs.act(this, { on: 'accept' })
    }

    this.#hasAccepted = true
    await this.until(() => this.current.end != null, signal == null ? {} : { signal })

    if (this.current.phase !== 'accepted') {
      throw this.#alreadyEnded()
    }
  }

  override async refuse ({ reason, text, response, signal }: RefuseOptions = {}): Promise<void> {
    throwIfAborted(signal)
    checkResponse(response)
    checkReason(REFUSAL_REASONS, reason)

    if (text !== undefined) {
      checkReasonText(text)
    }

    this.#mustBeUnanswered()
    this.keepAnswer(response, text)
    this.#verbs.act(this, { on: 'answer', reason: reason ?? (text === undefined ? 'declined' : 'custom'), originator: 'local' })
    await this.#untilHeard(signal)
  }

  override ignore (): void {
    this.#mustBeUnanswered()
    this.#verbs.act(this, { on: 'ignore' })
  }

  override async endSession ({ reason = 'hangup', signal }: EndOptions = {}): Promise<void> {
    throwIfAborted(signal)
    checkReason(HANGUP_REASONS, reason)

    if (this.current.end != null && this.current.session !== 'open') {
      throw this.#alreadyEnded()
    }

    if (this.current.phase !== 'accepting' && this.current.session !== 'open') {
      throw new NotFoundError('there is no session yet; refuse() declines the invitation')
    }

    this.#verbs.act(this, { on: 'end', reason, originator: 'local' })
    await this.until(() => this.current.end != null, signal == null ? {} : { signal })
    await this.#untilHeard(signal)
  }

  async #untilHeard (signal: AbortSignal | undefined): Promise<void> {
    await this.until(() => this.current.answer !== 'owed', signal == null ? {} : { signal })
  }

  get #isAccepted (): boolean {
    return this.current.phase === 'accepting' || this.current.phase === 'accepted'
  }

  #mustBeUnanswered (): void {
    if (this.current.phase === 'received') {
      throw new InvalidArgumentError('it does not ring: the policy decides about it by what it returns')
    }

    if (this.#isAccepted) {
      throw new AlreadyAcceptedError('it was accepted before')
    }

    if (this.current.end != null) {
      throw this.#alreadyEnded()
    }
  }

  #alreadyEnded (): AlreadyEndedError {
    return new AlreadyEndedError('the invitation has ended', this.current.end)
  }
}

function checkResponse (response: unknown): void {
  if (response !== undefined) {
    checkPayload('response', response)
  }
}
