import { abortError, WrongRoleError } from '../errors/index.ts'
import { GuardedEventTarget } from '../environment/index.ts'
import { unlessAborted } from '../waiting/index.ts'
import type { AbortOptions, PeerId } from '@libp2p/interface'
import type { HangupReason, InvitationId, Payload } from '../wire/index.ts'
import type { Session, SessionHandle } from '../session/index.ts'
import type { End, SessionState } from './ends.ts'
import type { Invitation, InvitationEvents, Outcome, StateChange, Timestamps } from './index.ts'

/** What both machines' states have in common, as far as a handle looks into them. */
interface ObservedState {
  readonly phase: string
  readonly end?: End
  readonly session: SessionState
}

/**
 * What the caller's and the callee's handle share: state, events, waiting. A handle only shows what its machine says; it
 * decides nothing.
 */
export abstract class InvitationHandle<State extends ObservedState, Phase extends string> extends GuardedEventTarget<InvitationEvents<Phase>> implements Invitation<Phase> {
  abstract readonly role: 'caller' | 'callee'
  /** Ends the session that the acceptance opened; resolves when the other side has heard it, or that is given up. */
  abstract hangUp (reason: HangupReason, signal: AbortSignal | undefined): Promise<void>
  readonly peer: PeerId
  readonly id: InvitationId
  readonly content: Payload | undefined
  readonly channelId: string | undefined
  readonly outcome: Promise<Outcome>
  readonly timestamps: Timestamps<Phase>
  /** Every state that was announced, in order. */
  readonly #walked: Phase[]
  readonly #settleOutcome: (outcome: Outcome) => void
  /** Looked at after every change: each lets whoever waits go on if what that waits for has come. */
  readonly #watches = new Set<() => void>()
  /** Where the machine stands: ahead of `state` while events are still going out. */
  current: State
  /** There since the machine recorded the acceptance, before that is announced. */
  session: SessionHandle | undefined
  #response: Payload | undefined
  #reasonText: string | undefined

  constructor (init: HandleInit<State>, first: Phase) {
    super(init.onListenerError)
    this.peer = init.peer
    this.id = init.id
    this.content = copied(init.content)
    this.channelId = init.channelId
    this.current = init.state
    this.#walked = [first]
    this.timestamps = { [first]: init.date } as Timestamps<Phase>

    const { promise, resolve } = Promise.withResolvers<Outcome>()

    this.outcome = promise
    this.#settleOutcome = resolve
  }

  get state (): Phase {
    return this.#walked.at(-1) as Phase
  }

  get end (): End | undefined {
    return this.current.end
  }

  get response (): Payload | undefined {
    return this.#response
  }

  /** The machine took a step. Called before anything is announced, so that whoever looks sees where it stands. */
  observe (state: State): void {
    this.current = state
    this.#look()
  }

  /** The callee's own data, as it goes along with events and outcome. */
  get answer (): { response?: Payload, text?: string } {
    return { ...(this.#response != null && { response: this.#response }), ...(this.#reasonText != null && { text: this.#reasonText }) }
  }

  /** What came, or goes, along with the answer. */
  keepAnswer (response: Payload | undefined, reasonText?: string): void {
    this.#response ??= copied(response)
    this.#reasonText ??= reasonText
  }

  /** One fact, in order: the state is entered, its event goes out. */
  enter (change: StateChange): void {
    // the announcements hand each handle its own machine's states only
    const state = change.state as Phase

    this.#walked.push(state)
    Object.assign(this.timestamps, { [state]: change.at })
    this.#look()

    if (change.end != null) {
      this.#settleOutcome(this.#outcomeOf(change.end, change.at))
    }

    // the compiler cannot look up an event by a state that it does not know: for it, any text is one
    const target = this as GuardedEventTarget<InvitationEvents<string>>

    target.tell(change.state, change)
  }

  async * states (options: AbortOptions = {}): AsyncGenerator<Phase, void, undefined> {
    for (let at = 0; ; at++) {
      await this.until(() => at < this.#walked.length || this.#hasEnded(), options.signal)

      const state = this.#walked[at]

      if (state == null) {
        return
      }

      yield state
    }
  }

  [Symbol.asyncIterator] (): AsyncGenerator<Phase, void, undefined> {
    return this.states()
  }

  async send (_options?: AbortOptions): Promise<void> {
    throw this.#wrongRole('send', 'caller')
  }

  async cancel (_options?: AbortOptions): Promise<void> {
    throw this.#wrongRole('cancel', 'caller')
  }

  async accept (_options?: AbortOptions): Promise<Session> {
    throw this.#wrongRole('accept', 'callee')
  }

  async refuse (_options?: AbortOptions): Promise<void> {
    throw this.#wrongRole('refuse', 'callee')
  }

  ignore (): void {
    throw this.#wrongRole('ignore', 'callee')
  }

  /** Waits until the condition holds; it is looked at after every change. */
  protected async until (holds: () => boolean, signal: AbortSignal | undefined): Promise<void> {
    if (holds()) {
      return
    }

    const { promise, resolve } = Promise.withResolvers<void>()
    const watch = (): void => {
      if (holds()) {
        resolve()
      }
    }

    this.#watches.add(watch)

    try {
      await unlessAborted(promise, signal, abortError)
    } finally {
      this.#watches.delete(watch)
    }
  }

  #look (): void {
    for (const watch of this.#watches) {
      watch()
    }
  }

  #outcomeOf (end: End, at: number): Outcome {
    if (end.state !== 'accepted') {
      return { ...end, at, ...this.answer }
    }

    return { ...end, at, ...this.answer, session: this.openedSession }
  }

  /** The session of an invitation that was accepted: there since the machine recorded that. */
  protected get openedSession (): SessionHandle {
    return this.session as SessionHandle
  }

  #hasEnded (): boolean {
    return this.current.end?.state === this.state
  }

  #wrongRole (verb: string, role: string): WrongRoleError {
    return new WrongRoleError(`only the ${role} of an invitation may ${verb} it`)
  }
}

/** What a handle is made of. */
export interface HandleInit<State> {
  readonly peer: PeerId
  readonly id: InvitationId
  readonly content: Payload | undefined
  readonly channelId: string | undefined
  readonly state: State
  /** Milliseconds since 1970. */
  readonly date: number
  readonly onListenerError: (thrown: unknown, type: string) => void
}

/** Bytes stay the user's own: what was given is what is said, however often, whatever becomes of the array. */
const copied = (payload: Payload | undefined): Payload | undefined => payload instanceof Uint8Array ? Uint8Array.from(payload) : payload
