import { calleeIsOver, calleeTimers } from '../../src/invitation/callee-machine.ts'
import type { CalleeState, CalleeTimer } from '../../src/invitation/callee-machine.ts'
import { callerIsOver, callerTimers } from '../../src/invitation/caller-machine.ts'
import type { CallerState, CallerTimer } from '../../src/invitation/caller-machine.ts'
import { calleeFacts, callerFacts } from '../../src/invitation/facts.ts'
import type { GlarePolicy, PairStep, PairView } from '../../src/invitation/pair.ts'
import type { InvitationId, InvitationWord } from '../../src/wire/words.ts'

type State = CallerState | CalleeState
type Role = State['role']

/** A process with one peer to talk to: keeps the states that the pure functions give it, as the service does, and no clock. */
export class Process implements PairView {
  readonly glare: GlarePolicy
  readonly isLower: boolean
  linkIsUp = true
  /** The invitations that the policy was asked about, in order. */
  readonly asked: InvitationId[] = []
  readonly #states = new Map<string, State>()
  readonly #facts = new Map<string, string[]>()

  constructor (isLower: boolean, glare: GlarePolicy = 'accept') {
    this.isLower = isLower
    this.glare = glare
  }

  get outgoing (): Map<InvitationId, CallerState> {
    const callers = [...this.#states.values()].filter(state => state.role === 'caller')

    return new Map(callers.filter(state => !callerIsOver(state)).map(state => [state.id, state]))
  }

  get incoming (): Map<InvitationId, CalleeState> {
    const callees = [...this.#states.values()].filter(state => state.role === 'callee')

    return new Map(callees.filter(state => !calleeIsOver(state)).map(state => [state.id, state]))
  }

  tombstone (role: Role, id: InvitationId): State | undefined {
    return this.#states.get(`${role} ${id}`)
  }

  /** Keeps what a step brings, and gives back the words. */
  take ({ changed, say, admit }: PairStep): readonly InvitationWord[] {
    for (const state of changed) {
      const key = `${state.role} ${state.id}`
      const before = this.#states.get(key)

      this.#facts.set(key, [...this.facts(state.role, state.id), ...factsOf(before, state)])
      this.#states.set(key, state)
    }

    this.asked.push(...admit)

    return say
  }

  caller (id: InvitationId): CallerState | undefined {
    const state = this.#states.get(`caller ${id}`)

    return state?.role === 'caller' ? state : undefined
  }

  callee (id: InvitationId): CalleeState | undefined {
    const state = this.#states.get(`callee ${id}`)

    return state?.role === 'callee' ? state : undefined
  }

  /** What its user was told, in order. */
  facts (role: Role, id: InvitationId): string[] {
    return this.#facts.get(`${role} ${id}`) ?? []
  }

  timers (role: Role, id: InvitationId): Array<CallerTimer | CalleeTimer> {
    const state = this.#states.get(`${role} ${id}`)

    if (state == null) {
      return []
    }

    return state.role === 'caller' ? callerTimers(state, this.linkIsUp) : calleeTimers(state, this.linkIsUp)
  }
}

function factsOf (before: State | undefined, after: State): string[] {
  if (after.role === 'caller') {
    return callerFacts(before?.role === 'caller' ? before.phase : 'idle', after)
  }

  return calleeFacts(before?.role === 'callee' ? before.phase : 'received', after)
}
