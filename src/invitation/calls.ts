import { WINDOW } from '../session/index.ts'
import { calleeIsLive, calleeIsOver, newCallee } from './callee-machine.ts'
import { Call, keyOf } from './call.ts'
import { callerIsLive, callerIsOver } from './caller-machine.ts'
import { RemoteInvitationHandle } from './remote-invitation-handle.ts'
import type { PeerId } from '@libp2p/interface'
import type { Environment } from '../environment/index.ts'
import type { InvitationId, InvitationWord, InviteWord, Role } from '../wire/index.ts'
import type { CallEvents, Handle, State } from './call.ts'
import type { CalleeState } from './callee-machine.ts'
import type { CallerState } from './caller-machine.ts'
import type { LocalInvitationHandle } from './local-invitation-handle.ts'
import type { CalleeVerbs } from './remote-invitation-handle.ts'

/** What calls need of the service around them. */
export interface CallsContext {
  readonly environment: Environment
  readonly onListenerError: (thrown: unknown, type: string) => void
}

/** All calls between this peer and one other that are not over: their states, handles and timers. */
export class Calls {
  readonly outgoing: Map<InvitationId, CallerState> = new Map()
  readonly incoming: Map<InvitationId, CalleeState> = new Map()
  readonly #peer: PeerId
  readonly #context: CallsContext
  readonly #events: CalleeVerbs & CallEvents
  readonly #calls = new Map<string, Call>()
  /** Those whose state, or link, is new since the timers were looked at. */
  readonly #changed = new Set<Call>()

  /** What the users of incoming invitations ask for goes to `events`, and so do timers that fire. */
  constructor (peer: PeerId, context: CallsContext, events: CalleeVerbs & CallEvents) {
    this.#peer = peer
    this.#context = context
    this.#events = events
  }

  get size (): number {
    return this.#calls.size
  }

  /**
   * Whether the other side must be reached for any of them. Not for those about which the policy decides still: it would see that
   * somebody is there, even if it is to be ignored.
   */
  get isOwed (): boolean {
    return this.outgoing.size > 0 || [...this.incoming.values()].some(({ phase, held }) => phase !== 'received' || held)
  }

  get handles (): Handle[] {
    return [...this.#calls.values()].map(({ handle }) => handle)
  }

  /** Invitations of this peer's that the other may still answer. */
  get liveOut (): number {
    return [...this.outgoing.values()].filter(callerIsLive).length
  }

  /** Invitations of the other peer's that may still be answered here. */
  get liveIn (): number {
    return [...this.incoming.values()].filter(calleeIsLive).length
  }

  /** The handle on one of the other peer's invitations. */
  remote (id: InvitationId): RemoteInvitationHandle | undefined {
    const handle = this.#calls.get(keyOf('callee', id))?.handle

    return handle?.role === 'callee' ? handle : undefined
  }

  /** Takes in one that this peer's user made. */
  adopt (handle: LocalInvitationHandle): void {
    this.#calls.set(keyOf('caller', handle.id), new Call(handle, this.#context.environment, this.#events, 0))
    this.outgoing.set(handle.id, handle.current)
  }

  /**
   * The handle that this state is of: a new one for an invite that just came in. A state without one is the tombstone of
   * something that was never live here.
   */
  handleFor (state: State, invite: InviteWord | undefined): Handle | undefined {
    const known = this.#calls.get(keyOf(state.role, state.id))

    if (known != null) {
      return known.handle
    }

    if (state.role === 'caller' || invite?.id !== state.id || isOver(state)) {
      return undefined
    }

    const handle = new RemoteInvitationHandle({
      peer: this.#peer,
      id: invite.id,
      content: invite.content,
      channelId: invite.channelId,
      // from the very beginning, though the state may be further on: all that lies between is still to be announced
      state: newCallee(invite.id, invite.ringTime),
      date: this.#context.environment.date(),
      onListenerError: this.#context.onListenerError
    }, this.#events)

    this.#calls.set(keyOf('callee', invite.id), new Call(handle, this.#context.environment, this.#events, invite.age))

    return handle
  }

  /** Keeps the new state of a call. Returns true if it is over by that, and let go. */
  keep (state: State): boolean {
    const key = keyOf(state.role, state.id)
    const call = this.#calls.get(key)

    if (call != null) {
      this.#changed.add(call)
    }

    if (isOver(state)) {
      this.#calls.delete(key)
      this.#states(state.role).delete(state.id)

      return true
    }

    if (state.role === 'caller') {
      this.outgoing.set(state.id, state)
    } else {
      this.incoming.set(state.id, state)
    }

    return false
  }

  /** The link came up or went down: all timers are to be looked at. */
  linkChanged (): void {
    for (const call of this.#calls.values()) {
      this.#changed.add(call)
    }
  }

  /** Brings the timers to where the states are. */
  runTimers (linkIsUp: boolean): void {
    for (const call of this.#changed) {
      call.runTimers(linkIsUp)
    }

    this.#changed.clear()
  }

  /** What comes along with an answer is kept with the handle, if it is the first one. */
  keepAnswer (word: InvitationWord): void {
    if (word.kind === 'accept' || word.kind === 'refuse') {
      const handle = this.#calls.get(keyOf('caller', word.id))?.handle

      if (handle?.role === 'caller' && callerIsLive(handle.current)) {
        handle.keepAnswer(word.response, word.kind === 'refuse' ? word.text : undefined)
      }
    }
  }

  /** The machines know neither content nor clock nor windows: what they leave open is filled in here. */
  fill (word: InvitationWord): InvitationWord {
    switch (word.kind) {
      case 'invite': {
        const call = this.#calls.get(keyOf('caller', word.id))
        const { content, channelId } = call?.handle ?? {}
        const token = call?.handle.role === 'caller' ? call.handle.token : undefined

        return { ...word, age: call?.age ?? 0, content, channelId, token }
      }
      case 'accept':
        return { ...word, ...this.remote(word.id)?.answer, window: WINDOW }
      case 'refuse':
        return { ...word, ...this.remote(word.id)?.answer }
      case 'confirm':
        return { ...word, window: WINDOW }
      default:
        return word
    }
  }

  #states (role: Role): Map<InvitationId, State> {
    return role === 'caller' ? this.outgoing : this.incoming
  }
}

const isOver = (state: State): boolean => state.role === 'caller' ? callerIsOver(state) : calleeIsOver(state)
