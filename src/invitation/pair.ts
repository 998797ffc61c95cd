import { calleeInputOf, calleeIsLive, newCallee, stepCallee } from './callee-machine.ts'
import type { CalleeInput, CalleeState } from './callee-machine.ts'
import { callerInputOf, callerIsLive, stepCaller } from './caller-machine.ts'
import type { CallerInput, CallerState } from './caller-machine.ts'
import { TOO_LITTLE_LEFT_TO_RING } from './constants.ts'
import type { CalleeWord, CallerWord, InvitationId, InvitationWord, InviteWord, RefusalReason } from '../wire/words.ts'

/**
 * Everything between this peer and one other: which machine a word is for, what happens to a word that is for none, and
 * glare. Pure, as the machines are: the service and the model in the tests both call these functions.
 *
 * **Glare.** I have a live invitation out to a peer and one from that peer comes in. The invitation of the lower peer id
 * is kept. The higher peer takes its own back (`canceled: glare`, naming the one kept) and, by its policy, accepts the
 * kept one by itself or rings. The lower peer holds the other's invitation back, unannounced, until its caller takes it
 * back; should our own end in any way but an acceptance, the held one rings after all.
 */
export interface PairView {
  readonly glare: GlarePolicy
  /** Whether this peer's id is the lower of the two, in byte order. */
  readonly isLower: boolean
  readonly linkIsUp: boolean
  /** This peer's invitations to the other, by id, tombstones not among them. */
  readonly outgoing: ReadonlyMap<InvitationId, CallerState>
  /** The other peer's invitations to this one. */
  readonly incoming: ReadonlyMap<InvitationId, CalleeState>
  /** What is left of an invitation that is over. */
  tombstone(role: 'caller' | 'callee', id: InvitationId): CallerState | CalleeState | undefined
}

/** What happens when two peers invite each other: the loser accepts by itself, or rings, or both go on side by side. */
export type GlarePolicy = 'accept' | 'ring' | 'off'

/** What a step brings. */
export interface PairStep {
  /** The states that are new, each once. */
  readonly changed: ReadonlyArray<CallerState | CalleeState>
  /** The words to say, in order. */
  readonly say: readonly InvitationWord[]
  /** The incoming invitations about which the policy must now decide: answer with `admit`. */
  readonly admit: readonly InvitationId[]
}

/** What the policy decides about an incoming invitation: it rings, is refused, or meets silence as if nobody were there. */
export type Admission = 'ring' | 'ignore' | { readonly refuse: RefusalReason }

/** One step under way: the view, and what has changed so far. */
class Draft implements PairStep {
  readonly #view: PairView
  readonly #callers = new Map<InvitationId, CallerState>()
  readonly #callees = new Map<InvitationId, CalleeState>()
  readonly say: InvitationWord[] = []
  readonly admit: InvitationId[] = []

  constructor (view: PairView) {
    this.#view = view
  }

  get changed (): Array<CallerState | CalleeState> {
    return [...this.#callers.values(), ...this.#callees.values()]
  }

  caller (id: InvitationId): CallerState | undefined {
    const state = this.#callers.get(id) ?? this.#view.outgoing.get(id) ?? this.#view.tombstone('caller', id)

    return state?.role === 'caller' ? state : undefined
  }

  callee (id: InvitationId): CalleeState | undefined {
    const state = this.#callees.get(id) ?? this.#view.incoming.get(id) ?? this.#view.tombstone('callee', id)

    return state?.role === 'callee' ? state : undefined
  }

  liveCallers (): CallerState[] {
    return [...this.#view.outgoing.keys()].map(id => this.caller(id)).filter(state => state != null).filter(callerIsLive)
  }

  callees (): CalleeState[] {
    return [...this.#view.incoming.keys()].map(id => this.callee(id)).filter(state => state != null)
  }

  stepCaller (before: CallerState, input: CallerInput): void {
    const { state, say } = stepCaller(before, input, this.#view.linkIsUp)

    this.say.push(...say)

    if (state === before) {
      return
    }

    this.#callers.set(state.id, state)

    if (callerIsLive(before) && !callerIsLive(state) && state.phase !== 'accepted') {
      this.#releaseHeld()
    }
  }

  stepCallee (before: CalleeState, input: CalleeInput): void {
    const { state, say } = stepCallee(before, input)

    this.say.push(...say)

    if (state === before) {
      return
    }

    this.#callees.set(state.id, state)

    if (before.phase !== 'accepted' && state.phase === 'accepted' && this.#view.glare !== 'off') {
      this.cancelForGlare(state.id)
    }
  }

  /** Takes back every invitation of ours that is still live, in favour of the one that is kept. */
  cancelForGlare (kept: InvitationId): void {
    for (const state of this.liveCallers()) {
      this.stepCaller(state, { on: 'cancel', reason: 'glare', originator: 'system', kept })
    }
  }

  /** Lets the one that is kept come through: both users wanted this call. */
  takeKept (id: InvitationId): void {
    const state = this.callee(id)

    if (state?.phase === 'received') {
      this.stepCallee(state, { on: 'ring' })
    }

    const ringing = this.callee(id)

    if (ringing != null && this.#view.glare === 'accept') {
      this.stepCallee(ringing, { on: 'accept' })
    }
  }

  receive (state: CalleeState): void {
    this.#callees.set(state.id, state)
  }

  /** Ours is gone and nothing came of it: what it kept from ringing may ring. */
  #releaseHeld (): void {
    if (this.liveCallers().length > 0) {
      return
    }

    for (const state of this.callees()) {
      if (state.held) {
        this.#callees.set(state.id, { ...state, held: false })
        this.admit.push(state.id)
      }
    }
  }
}

/** A word came in from the other peer. */
export function hear (view: PairView, word: InvitationWord): PairStep {
  const draft = new Draft(view)

  switch (word.kind) {
    case 'invite':
    case 'confirm':
    case 'stop':
      hearCaller(view, draft, word)
      break
    default:
      hearCallee(draft, word)
  }

  return draft
}

function hearCaller (view: PairView, draft: Draft, word: CallerWord): void {
  const known = draft.callee(word.id)

  if (known != null) {
    draft.stepCallee(known, calleeInputOf(word))
    return
  }

  if (word.kind === 'invite') {
    hearInvite(view, draft, word)
  } else {
    // the end came first: its state is the tombstone that keeps the invite behind it from ringing
    draft.stepCallee(newCallee(word.id, 0), calleeInputOf(word))
  }
}

function hearInvite (view: PairView, draft: Draft, word: InviteWord): void {
  const { id, ringTime } = word
  const state = newCallee(id, ringTime)

  if (hasTooLittleLeft(word)) {
    draft.stepCallee(state, { on: 'timer', timer: 'ring' })
    draft.say.push({ kind: 'ended', id, reason: 'expired' })
    return
  }

  draft.receive(state)

  if (view.glare === 'off' || draft.liveCallers().length === 0) {
    draft.admit.push(id)
  } else if (view.isLower) {
    draft.stepCallee(state, { on: 'hold' })
  } else {
    draft.cancelForGlare(id)
    draft.takeKept(id)
  }
}

/** Whether so much of its ring time has passed that it does not begin to ring any more. */
export function hasTooLittleLeft ({ ringTime, age }: InviteWord): boolean {
  return ringTime > 0 && age > 0 && ringTime - age < TOO_LITTLE_LEFT_TO_RING
}

/**
 * A caller's word came in about something that was never heard of, from a peer that is to find nobody here. It meets what an
 * invitation meets that the policy ignored; nothing is kept but the end of one, lest an invite behind it rings.
 */
export function hearUnwanted (view: PairView, word: CallerWord): PairStep {
  const draft = new Draft(view)
  const state: CalleeState = { ...newCallee(word.id, 0), silenced: true }

  if (word.kind === 'stop') {
    draft.receive(state)
  }

  draft.stepCallee(state, calleeInputOf(word))

  return draft
}

function hearCallee (draft: Draft, word: CalleeWord): void {
  const known = draft.caller(word.id)

  if (known != null) {
    draft.stepCaller(known, callerInputOf(word))
  } else if (word.kind !== 'ended') {
    draft.say.push({ kind: 'stop', id: word.id, reason: 'unknown' })
  }
}

/** The policy has decided about an incoming invitation that the last step asked about. */
export function admit (view: PairView, id: InvitationId, admission: Admission): PairStep {
  const draft = new Draft(view)
  const state = draft.callee(id)

  if (state?.phase !== 'received' || state.held) {
    return draft
  }

  if (admission === 'ring') {
    draft.stepCallee(state, { on: 'ring' })
  } else if (admission === 'ignore') {
    draft.stepCallee(state, { on: 'silence' })
  } else {
    draft.stepCallee(state, { on: 'answer', reason: admission.refuse, originator: 'system' })
  }

  return draft
}

/**
 * Sends an invitation of ours. If one from the same peer is live and is the one to keep, ours ends at once, unsaid, and
 * the other is taken.
 */
export function send (view: PairView, state: CallerState): PairStep {
  const draft = new Draft(view)
  const kept = view.glare === 'off' ? undefined : draft.callees().find(other => calleeIsLive(other) && (other.phase === 'accepting' || !view.isLower))

  if (kept == null) {
    draft.stepCaller(state, { on: 'send' })
  } else {
    draft.stepCaller(state, { on: 'cancel', reason: 'glare', originator: 'system', kept: kept.id })
    draft.takeKept(kept.id)
  }

  return draft
}

/** A verb, or a timer, of one of our own invitations. */
export function actAsCaller (view: PairView, id: InvitationId, input: Exclude<CallerInput, { on: 'send' }>): PairStep {
  const draft = new Draft(view)
  const state = draft.caller(id)

  if (state != null) {
    draft.stepCaller(state, input)
  }

  return draft
}

/** A verb, or a timer, of one of the other peer's invitations. */
export function actAsCallee (view: PairView, id: InvitationId, input: CalleeInput): PairStep {
  const draft = new Draft(view)
  const state = draft.callee(id)

  if (state != null) {
    draft.stepCallee(state, input)
  }

  return draft
}

/** A stream stands again: both sides say their last unanswered word of everything that is not over. */
export function linkUp (view: PairView): PairStep {
  const draft = new Draft(view)

  for (const state of view.outgoing.values()) {
    draft.stepCaller(state, { on: 'link-up' })
  }

  for (const state of view.incoming.values()) {
    draft.stepCallee(state, { on: 'link-up' })
  }

  return draft
}

/** The other peer was reached and does not speak this protocol. */
export function unsupported (view: PairView): PairStep {
  const draft = new Draft(view)

  for (const state of view.outgoing.values()) {
    draft.stepCaller(state, { on: 'unsupported' })
  }

  return draft
}
