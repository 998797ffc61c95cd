import { calleeIsLive, calleeIsOver, newCallee } from './callee-machine.ts'
import { Call } from './call.ts'
import { callerIsLive, callerIsOver } from './caller-machine.ts'
import { MAX_SESSIONS_WITH_PEER } from './constants.ts'
import { actAsCallee, actAsCaller, admit, hear, linkUp, send, unsupported } from './pair.ts'
import { RemoteInvitationHandle } from './remote-invitation-handle.ts'
import type { PeerId } from '@libp2p/interface'
import type { Environment } from '../environment/index.ts'
import type { Link } from '../link/index.ts'
import type { InvitationId, InviteWord, Word } from '../wire/index.ts'
import type { Announcements } from './announcements.ts'
import type { Fired, Handle, State } from './call.ts'
import type { CalleeInput, CalleeState, CalleeTimer } from './callee-machine.ts'
import type { CallerInput, CallerState, CallerTimer } from './caller-machine.ts'
import type { LocalInvitationHandle } from './local-invitation-handle.ts'
import type { Admission, GlarePolicy, PairStep, PairView } from './pair.ts'
import type { Tombstones } from './tombstones.ts'

/** What a dialogue needs of the service around it. */
export interface DialogueContext {
  readonly environment: Environment
  readonly tombstones: Tombstones
  readonly glare: GlarePolicy
  /** How long the tombstone of an invitation with that ring time stays, milliseconds. */
  tombstoneTime(ringTime: number): number
  /** Whether one more invitation of that peer's is within the limits; if so it is counted. */
  hasRoom(dialogue: Dialogue): boolean
  /** Asks the policy about an invitation; answers at once or later. */
  decide(invitation: RemoteInvitationHandle): Admission | Promise<Admission>
  readonly announcements: Announcements
  /** Nothing is live any more between the two peers. */
  finished(dialogue: Dialogue): void
  readonly onListenerError: (thrown: unknown, type: string) => void
}

/** What a caller's handle may ask for, or a timer bring about. */
export type CallerVerb = Exclude<CallerInput, { on: 'send' }>

/**
 * All that goes on between this peer and one other: holds the states, and carries out what the pure functions of
 * `pair.ts` say on the link, on timers and on handles. It decides nothing.
 */
export class Dialogue implements PairView {
  readonly peer: PeerId
  readonly isLower: boolean
  readonly outgoing: Map<InvitationId, CallerState> = new Map()
  readonly incoming: Map<InvitationId, CalleeState> = new Map()
  readonly #peerName: string
  readonly #link: Link
  readonly #context: DialogueContext
  readonly #calls = new Map<string, Call>()
  /** Calls whose state is new since the timers were looked at. */
  readonly #changed = new Set<Call>()
  /** Open sessions, the oldest first. */
  readonly #sessions = new Map<string, State>()
  #isFinished = false

  constructor (context: DialogueContext, link: Link, isLower: boolean) {
    this.peer = link.peer
    this.isLower = isLower
    this.#peerName = link.peer.toString()
    this.#link = link
    this.#context = context
  }

  get glare (): GlarePolicy {
    return this.#context.glare
  }

  get linkIsUp (): boolean {
    return this.#link.isUp
  }

  get handles (): Handle[] {
    return [...this.#calls.values()].map(({ handle }) => handle)
  }

  /** Invitations of this peer's that the other may still answer. */
  get liveOut (): number {
    return countOf(this.outgoing, callerIsLive)
  }

  /** Invitations of the other peer's that may still be answered here. */
  get liveIn (): number {
    return countOf(this.incoming, calleeIsLive)
  }

  /** Whether the two are on a call, or about to be. */
  get isBusy (): boolean {
    return this.liveOut > 0 || this.liveIn > 0 || this.#sessions.size > 0
  }

  tombstone (role: 'caller' | 'callee', id: InvitationId): State | undefined {
    return this.#context.tombstones.get(this.#peerName, role, id)
  }

  send (handle: LocalInvitationHandle): void {
    this.#adopt(handle)
    this.#take(send(this, handle.current))
  }

  actAsCaller (handle: LocalInvitationHandle, input: CallerVerb): void {
    if (handle.current.phase === 'idle') {
      this.#adopt(handle)
    }

    this.#take(actAsCaller(this, handle.id, input))
  }

  actAsCallee (id: InvitationId, input: CalleeInput): void {
    this.#take(actAsCallee(this, id, input))
  }

  /** Words came in, all at once: timers and listeners see only where they lead, not every step between. */
  hear (words: readonly Word[]): void {
    for (const word of words) {
      if (word.kind === 'invite' && !this.#knowsInvite(word.id) && !this.#context.hasRoom(this)) {
        this.#say([{ kind: 'ended', id: word.id, reason: 'rate-limited' }])
      } else {
        this.#keepAnswer(word)
        this.#apply(hear(this, word), word.kind === 'invite' ? word : undefined)
      }
    }

    this.#settle()
  }

  linkCameUp (): void {
    this.#apply(linkUp(this))
    this.#linkChanged()
  }

  linkWentDown (): void {
    this.#linkChanged()
  }

  unsupported (): void {
    this.#take(unsupported(this))
  }

  /** The peer was seen somewhere: whatever waits for it need not wait longer. */
  seen (): void {
    this.#link.seen()
  }

  /** Ends everything because this peer leaves, and says so. Theirs first: what is held back for one of ours must not ring now. */
  leave (): void {
    for (const { id, phase, session } of this.incoming.values()) {
      const hangsUp = session === 'open' || phase === 'accepting'

      this.#take(actAsCallee(this, id, hangsUp ? LEAVING : { on: 'answer', reason: 'unavailable', originator: 'system' }))
    }

    for (const { id, session } of this.outgoing.values()) {
      this.#take(actAsCaller(this, id, session === 'open' ? LEAVING : { on: 'cancel', reason: 'shutdown', originator: 'system' }))
    }
  }

  /** Ends the wait for whatever the other side has not heard by now: nothing is left running. */
  giveUp (): void {
    for (const { id } of this.outgoing.values()) {
      this.#take(actAsCaller(this, id, { on: 'timer', timer: 'stop' }))
    }

    for (const { id } of this.incoming.values()) {
      this.#take(actAsCallee(this, id, { on: 'abandon', reason: 'not-started' }))
      this.#take(actAsCallee(this, id, { on: 'timer', timer: 'answer' }))
    }
  }

  #adopt (handle: LocalInvitationHandle): void {
    this.#calls.set(keyOf(handle.current), new Call(handle, this.#context.environment, this.#fired, 0))
    this.outgoing.set(handle.id, handle.current)
  }

  #knowsInvite (id: InvitationId): boolean {
    return this.incoming.has(id) || this.tombstone('callee', id) != null
  }

  /** What comes along with an answer is kept with the handle, if it is the first one. */
  #keepAnswer (word: Word): void {
    if (word.kind === 'accept' || word.kind === 'refuse') {
      const handle = this.#calls.get(`caller ${word.id}`)?.handle

      if (handle?.role === 'caller' && callerIsLive(handle.current)) {
        handle.keepAnswer(word.response, word.kind === 'refuse' ? word.text : undefined)
      }
    }
  }

  /** Carries out one step, and all that follows from it. */
  #take (step: PairStep): void {
    this.#apply(step)
    this.#settle()
  }

  #apply (step: PairStep, invite?: InviteWord): void {
    for (const state of step.changed) {
      this.#change(state, invite)
    }

    this.#say(step.say)

    for (const id of step.admit) {
      this.#decide(id)
    }
  }

  #change (state: State, invite: InviteWord | undefined): void {
    const key = keyOf(state)
    const call = this.#calls.get(key) ?? this.#newCall(state, invite)

    if (call == null) {
      this.#layTombstone(state)
      return
    }

    const { handle } = call

    if (state.role === 'caller' && handle.role === 'caller') {
      this.outgoing.set(state.id, state)
      this.#context.announcements.callerChanged(handle, state)
    } else if (state.role === 'callee' && handle.role === 'callee') {
      this.incoming.set(state.id, state)
      this.#context.announcements.calleeChanged(handle, state)
    }

    if (state.session === 'open') {
      this.#sessions.set(key, state)
    } else {
      this.#sessions.delete(key)
    }

    this.#changed.add(call)

    if (isOver(state)) {
      this.#calls.delete(key)
      this.#states(state.role).delete(state.id)
      this.#layTombstone(state)
    }
  }

  #states (role: State['role']): Map<InvitationId, State> {
    return role === 'caller' ? this.outgoing : this.incoming
  }

  /** A call of an invite that just came in; a state without one is the tombstone of something that was never live here. */
  #newCall (state: State, invite: InviteWord | undefined): Call | undefined {
    if (state.role === 'caller' || invite?.id !== state.id || isOver(state)) {
      return undefined
    }

    const handle = new RemoteInvitationHandle({
      peer: this.peer,
      id: invite.id,
      content: invite.content,
      channelId: invite.channelId,
      // from the very beginning, though the state may be further on: all that lies between is still to be announced
      state: newCallee(invite.id, invite.ringTime),
      date: this.#context.environment.date(),
      onListenerError: this.#context.onListenerError
    }, { act: ({ id }, input) => { this.actAsCallee(id, input) } })
    const call = new Call(handle, this.#context.environment, this.#fired, invite.age)

    this.#calls.set(keyOf(state), call)

    return call
  }

  #layTombstone (state: State): void {
    this.#context.tombstones.lay(this.#peerName, state, this.#context.environment.now() + this.#context.tombstoneTime(state.ringTime))
  }

  #say (words: readonly Word[]): void {
    if (words.length > 0) {
      this.#link.say(words.map(word => this.#filled(word)), { answered: words.some(word => ANSWERED.has(word.kind)) })
    }
  }

  /** The machines know neither content nor clock: what they leave open is filled in here. */
  #filled (word: Word): Word {
    switch (word.kind) {
      case 'invite': {
        const call = this.#calls.get(`caller ${word.id}`)
        const { content, channelId } = call?.handle ?? {}

        return { ...word, age: call?.age ?? 0, ...(content != null && { content }), ...(channelId != null && { channelId }) }
      }
      case 'accept':
      case 'refuse':
        return { ...word, ...this.#calls.get(`callee ${word.id}`)?.handle.answer }
      default:
        return word
    }
  }

  #decide (id: InvitationId): void {
    const handle = this.#calls.get(`callee ${id}`)?.handle

    if (handle?.role !== 'callee') {
      return
    }

    const admission = this.#context.decide(handle)

    if (admission instanceof Promise) {
      void this.#admitLater(id, admission)
    } else {
      this.#apply(admit(this, id, admission))
    }
  }

  async #admitLater (id: InvitationId, admission: Promise<Admission>): Promise<void> {
    this.#take(admit(this, id, await admission))
  }

  /** Brings timers, link and listeners to where the states are. */
  #settle (): void {
    for (const call of this.#changed) {
      call.runTimers(this.linkIsUp)
    }

    this.#changed.clear()

    // a late answer of the policy, say: by now another dialogue may have the link
    if (!this.#isFinished) {
      const isOwed = this.#calls.size > 0

      this.#link.setOwed(isOwed)

      if (!isOwed) {
        this.#isFinished = true
        this.#context.finished(this)
      }
    }

    // whoever ends its sessions as soon as it hears of them has done so by then
    if (this.#context.announcements.go() && this.#sessions.size > MAX_SESSIONS_WITH_PEER) {
      this.#endOldestSession()
    }
  }

  #linkChanged (): void {
    for (const call of this.#calls.values()) {
      this.#changed.add(call)
    }

    this.#settle()
  }

  readonly #fired: Fired = ({ role, id }, timer) => {
    // each role is only ever given its own machine's timers; the names alone do not tell TypeScript
    this.#take(role === 'caller'
      ? actAsCaller(this, id, { on: 'timer', timer: timer as CallerTimer })
      : actAsCallee(this, id, { on: 'timer', timer: timer as CalleeTimer }))
  }

  /** An app that never ends its sessions does not gather them without end. */
  #endOldestSession (): void {
    for (const { role, id } of this.#sessions.values()) {
      this.#take(role === 'caller' ? actAsCaller(this, id, REPLACED) : actAsCallee(this, id, REPLACED))
      return
    }
  }
}

const REPLACED = { on: 'end', reason: 'replaced', originator: 'system' } as const

const LEAVING = { on: 'end', reason: 'shutdown', originator: 'system' } as const

/** The words that the other side's software answers by itself. */
const ANSWERED: ReadonlySet<Word['kind']> = new Set(['invite', 'accept', 'refuse', 'stop', 'hangup'])

const keyOf = ({ role, id }: State): string => `${role} ${id}`

const isOver = (state: State): boolean => state.role === 'caller' ? callerIsOver(state) : calleeIsOver(state)

function countOf<T> (states: ReadonlyMap<InvitationId, T>, isCounted: (state: T) => boolean): number {
  let count = 0

  for (const state of states.values()) {
    count += isCounted(state) ? 1 : 0
  }

  return count
}
