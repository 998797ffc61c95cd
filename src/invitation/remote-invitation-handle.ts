import { AlreadyAcceptedError, AlreadyEndedError, InvalidArgumentError, throwIfAborted } from '../errors/index.ts'
import { checkPayload, checkReason, checkReasonText, REFUSAL_REASONS } from '../wire/index.ts'
import { InvitationHandle } from './invitation-handle.ts'
import type { Session } from '../session/index.ts'
import type { HangupReason, InvitationId } from '../wire/index.ts'
import type { CalleeInput, CalleePhase, CalleeState } from './callee-machine.ts'
import type { HandleInit } from './invitation-handle.ts'
import type { AcceptOptions, RefuseOptions, RemoteInvitation } from './index.ts'

/** What a callee's handle asks of the service. */
export interface CalleeVerbs {
  actAsCallee(id: InvitationId, input: CalleeInput): void
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

  override async accept ({ response, signal }: AcceptOptions = {}): Promise<Session> {
    throwIfAborted(signal)
    checkResponse(response)

    // what glare made this side accept by itself, its user may accept once more, and wait for the confirm
    if (this.#hasAccepted || !this.#isAccepted) {
      this.#mustBeUnanswered()
      this.keepAnswer(response)
      this.#verbs.actAsCallee(this.id, { on: 'accept' })
    }

    this.#hasAccepted = true
    await this.until(() => this.current.end != null, signal)

    if (this.end != null && this.end.state !== 'accepted') {
      throw new AlreadyEndedError(this.end)
    }

    return this.openedSession
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
    this.#verbs.actAsCallee(this.id, { on: 'answer', reason: reason ?? (text === undefined ? 'declined' : 'custom'), originator: 'local' })
    await this.#untilHeard(signal)
  }

  override ignore (): void {
    this.#mustBeUnanswered()
    this.#verbs.actAsCallee(this.id, { on: 'ignore' })
  }

  override async hangUp (reason: HangupReason, signal: AbortSignal | undefined): Promise<void> {
    this.#verbs.actAsCallee(this.id, { on: 'end', reason, originator: 'local' })
    await this.#untilHeard(signal)
  }

  async #untilHeard (signal: AbortSignal | undefined): Promise<void> {
    await this.until(() => this.current.answer !== 'owed', signal)
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

    if (this.end != null) {
      throw new AlreadyEndedError(this.end)
    }
  }
}

function checkResponse (response: unknown): void {
  if (response !== undefined) {
    checkPayload('response', response)
  }
}
