import { Calls } from './calls.ts'
import { MAX_SESSIONS_WITH_PEER, TOMBSTONE_TIME } from './constants.ts'
import { actAsCallee, actAsCaller, admit, hear, hearUnwanted, linkUp, send, unsupported } from './pair.ts'
import { Sessions } from './sessions.ts'
import type { PeerId } from '@libp2p/interface'
import type { Link } from '../link/index.ts'
import type { CallerWord, HangupReason, InvitationId, InvitationWord, InviteWord, Role, SessionWord, Word } from '../wire/index.ts'
import type { CallEvents, Handle, State, TimerName } from './call.ts'
import type { CallsContext } from './calls.ts'
import type { CalleeInput, CalleeState, CalleeTimer } from './callee-machine.ts'
import type { CallerInput, CallerState, CallerTimer } from './caller-machine.ts'
import type { GateCaller, InviteGate } from './invite-gate.ts'
import type { LocalInvitationHandle } from './local-invitation-handle.ts'
import type { Admission, GlarePolicy, PairStep, PairView } from './pair.ts'
import type { Policy } from './policy.ts'
import type { CalleeVerbs } from './remote-invitation-handle.ts'
import type { SessionsContext } from './sessions.ts'
import type { Tombstones } from './tombstones.ts'

/** What a dialogue needs of the service around it. */
export interface DialogueContext extends CallsContext, SessionsContext {
  readonly tombstones: Tombstones
  readonly gate: InviteGate
  readonly policy: Policy
  /** Nothing is live any more between the two peers. */
  finished(dialogue: Dialogue): void
}

/** What a caller's handle may ask for, or a timer bring about. */
export type CallerVerb = Exclude<CallerInput, { on: 'send' }>

/**
 * All that goes on between this peer and one other: holds the states, and carries out what the pure functions of
 * `pair.ts` say on the link, on timers and on handles. It decides nothing.
 */
export class Dialogue implements PairView, GateCaller, CalleeVerbs, CallEvents {
  readonly peer: PeerId
  readonly isLower: boolean
  readonly #peerName: string
  readonly #link: Link
  readonly #context: DialogueContext
  readonly #calls: Calls
  readonly #sessions: Sessions
  #isFinished = false

  constructor (context: DialogueContext, link: Link) {
    this.peer = link.peer
    this.isLower = link.isLower
    this.#peerName = link.peer.toString()
    this.#link = link
    this.#context = context
    this.#calls = new Calls(link.peer, context, this)
    this.#sessions = new Sessions(context, link)
  }

  get outgoing (): ReadonlyMap<InvitationId, CallerState> {
    return this.#calls.outgoing
  }

  get incoming (): ReadonlyMap<InvitationId, CalleeState> {
    return this.#calls.incoming
  }

  get glare (): GlarePolicy {
    return this.#context.policy.glare
  }

  get linkIsUp (): boolean {
    return this.#link.isUp
  }

  get handles (): Handle[] {
    return this.#calls.handles
  }

  /** Invitations of this peer's that the other may still answer. */
  get liveOut (): number {
    return this.#calls.liveOut
  }

  /** Invitations of the other peer's that may still be answered here. */
  get liveIn (): number {
    return this.#calls.liveIn
  }

  /** Whether the two are on a call, or about to be if the other one likes. */
  get isOnCall (): boolean {
    return this.liveOut > 0 || this.#sessions.size > 0
  }

  tombstone (role: 'caller' | 'callee', id: InvitationId): State | undefined {
    return this.#context.tombstones.get(this.#peerName, role, id)
  }

  send (handle: LocalInvitationHandle): void {
    this.#calls.adopt(handle)
    this.#take(send(this, handle.current))
  }

  actAsCaller (handle: LocalInvitationHandle, input: CallerVerb): void {
    if (handle.current.phase === 'idle') {
      this.#calls.adopt(handle)
    }

    this.#take(actAsCaller(this, handle.id, input))
  }

  actAsCallee (id: InvitationId, input: CalleeInput): void {
    this.#take(actAsCallee(this, id, input))
  }

  fired ({ role, id }: Handle, timer: TimerName): void {
    // each role is only ever given its own machine's timers; the names alone do not tell TypeScript
    this.#take(role === 'caller'
      ? actAsCaller(this, id, { on: 'timer', timer: timer as CallerTimer })
      : actAsCallee(this, id, { on: 'timer', timer: timer as CalleeTimer }))
  }

  /** Words came in, all at once: timers and listeners see only where they lead, not every step between. */
  hear (words: readonly Word[]): void {
    for (const word of words) {
      switch (word.kind) {
        case 'message':
        case 'receipt':
          this.#hearInSession(word)
          break
        case 'invite':
        case 'confirm':
        case 'stop':
          this.#hearCaller(word)
          break
        default:
          this.#hearOfInvitation(word)
      }
    }

    this.#settle()
  }

  linkCameUp (): void {
    this.#apply(linkUp(this))
    this.#sessions.linkCameUp()
    this.#linkChanged()
  }

  linkWentDown (): void {
    this.#sessions.linkWentDown()
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

      // what the policy has not decided about: its caller may be one that is to find nobody here
      this.#take(admit(this, id, 'ignore'))
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

  #hearCaller (word: CallerWord): void {
    switch (this.#knows(word.id) ? 'heard' : this.#context.gate.passage(this, word)) {
      case 'heard':
        this.#hearOfInvitation(word)
        break
      case 'rate-limited':
        this.#say([{ kind: 'ended', id: word.id, reason: 'rate-limited' }])
        break
      case 'silence':
        this.#apply(hearUnwanted(this, word))
    }
  }

  #hearOfInvitation (word: InvitationWord): void {
    this.#calls.keepAnswer(word)
    this.#apply(hear(this, word), word.kind === 'invite' ? word : undefined)

    if (word.kind === 'accept') {
      this.#sessions.grant('caller', word.id, word.window)
    } else if (word.kind === 'confirm') {
      this.#sessions.grant('callee', word.id, word.window)
    }
  }

  #hearInSession (word: SessionWord): void {
    const role = word.by === 'caller' ? 'callee' : 'caller'

    // words of two streams may change places: a caller that says anything in a session has confirmed it
    if (role === 'callee' && this.incoming.get(word.id)?.phase === 'accepting') {
      this.#apply(hear(this, { kind: 'confirm', id: word.id }))
    }

    if (!this.#sessions.hear(role, word)) {
      this.#apply(this.#end(role, word.id, 'protocol-error'))
    }
  }

  /** Whether that invitation of the other peer's was heard of before. */
  #knows (id: InvitationId): boolean {
    return this.incoming.has(id) || this.tombstone('callee', id) != null
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
    const handle = this.#calls.handleFor(state, invite)

    if (handle == null) {
      this.#layTombstone(state)
      return
    }

    const before = handle.current

    this.#sessions.open(handle, state)

    if (state.role === 'caller' && handle.role === 'caller') {
      this.#context.announcements.callerChanged(handle, state)
    } else if (state.role === 'callee' && handle.role === 'callee') {
      this.#context.announcements.calleeChanged(handle, state)
    }

    this.#sessions.announceChange(handle, before, state)

    if (this.#calls.keep(state)) {
      this.#layTombstone(state)
    }
  }

  #layTombstone (state: State): void {
    const { tombstones, environment } = this.#context

    tombstones.lay(this.#peerName, state, environment.now() + Math.max(TOMBSTONE_TIME, 2 * state.ringTime))
  }

  #say (words: readonly InvitationWord[]): void {
    if (words.length > 0) {
      this.#link.say(words.map(word => this.#calls.fill(word)), { answered: words.some(word => ANSWERED.has(word.kind)) })
    }
  }

  #decide (id: InvitationId): void {
    const handle = this.#calls.remote(id)

    if (handle == null) {
      return
    }

    const admission = this.#context.policy.decide(handle)

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
    this.#calls.runTimers(this.linkIsUp)
    this.#sessions.speak()

    // a late answer of the policy, say: by now another dialogue may have the link
    if (!this.#isFinished) {
      this.#link.setOwed(this.#calls.isOwed)

      if (this.#calls.size === 0) {
        this.#isFinished = true
        this.#context.finished(this)
      }
    }

    // whoever ends its sessions as soon as it hears of them has done so by then
    if (this.#context.announcements.go() && this.#sessions.size > MAX_SESSIONS_WITH_PEER) {
      const oldest = this.#sessions.oldest

      // an app that never ends its sessions does not gather them without end
      if (oldest != null) {
        this.#take(this.#end(oldest.role, oldest.id, 'replaced'))
      }
    }
  }

  #linkChanged (): void {
    this.#calls.linkChanged()
    this.#settle()
  }

  /** Ends a session by the library's own decision. */
  #end (role: Role, id: InvitationId, reason: HangupReason): PairStep {
    const input = { on: 'end', reason, originator: 'system' } as const

    return role === 'caller' ? actAsCaller(this, id, input) : actAsCallee(this, id, input)
  }
}

const LEAVING = { on: 'end', reason: 'shutdown', originator: 'system' } as const

/** The words that the other side's software answers by itself. */
const ANSWERED: ReadonlySet<Word['kind']> = new Set(['invite', 'accept', 'refuse', 'stop', 'hangup'])
