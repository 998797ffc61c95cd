import { calleeTimers } from './callee-machine.ts'
import { callerTimers } from './caller-machine.ts'
import { CONFIRM_TIME, LAST_WORD_TIME, RING_GRACE, SESSION_TIME, UNDELIVERED_HINT_TIME, UNREACHABLE_TIME } from './constants.ts'
import type { Environment, Timer } from '../environment/index.ts'
import type { InvitationId, Role } from '../wire/index.ts'
import type { CalleeState, CalleeTimer } from './callee-machine.ts'
import type { CallerState, CallerTimer } from './caller-machine.ts'
import type { LocalInvitationHandle } from './local-invitation-handle.ts'
import type { RemoteInvitationHandle } from './remote-invitation-handle.ts'

export type Handle = LocalInvitationHandle | RemoteInvitationHandle
export type State = CallerState | CalleeState
export type TimerName = CallerTimer | CalleeTimer

/** Both sides may have made the same id: what is kept of an invitation between two peers is kept by its role, too. */
export const keyOf = (role: Role, id: InvitationId): string => `${role} ${id}`

/** What a call tells. */
export interface CallEvents {
  fired(handle: Handle, timer: TimerName): void
}

/** One invitation as it is carried out: its handle, its running timers, and since when it rings. */
export class Call {
  readonly handle: Handle
  readonly #environment: Environment
  readonly #events: CallEvents
  readonly #timers = new Map<TimerName, Timer>()
  /** How much of the ring time had passed before this side counted it, milliseconds. */
  readonly #ageBefore: number
  #rangSince: number | undefined

  /** An incoming call rings from its making on; an outgoing one from when the delivery is heard of. */
  constructor (handle: Handle, environment: Environment, events: CallEvents, ageBefore: number) {
    this.handle = handle
    this.#environment = environment
    this.#events = events
    this.#ageBefore = ageBefore
    this.#rangSince = handle.role === 'callee' ? environment.now() : undefined
  }

  /** How much of the ring time has passed, milliseconds; none of one that rings for ever ever passes. */
  get age (): number {
    const { ringTime } = this.handle
    const passed = this.#rangSince == null ? 0 : Math.round(this.#environment.now() - this.#rangSince)

    return Math.min(passed, ringTime)
  }

  /** Starts the timers that the handle's state calls for and stops the others; those that run go on. */
  runTimers (linkIsUp: boolean): void {
    const { role, current } = this.handle
    const wanted: readonly TimerName[] = role === 'caller' ? callerTimers(current, linkIsUp) : calleeTimers(current, linkIsUp)

    if (role === 'caller' && (current.phase === 'delivered' || current.phase === 'ringing')) {
      this.#rangSince ??= this.#environment.now()
    }

    for (const [name, timer] of this.#timers) {
      if (!wanted.includes(name)) {
        timer.stop()
        this.#timers.delete(name)
      }
    }

    for (const name of wanted) {
      if (!this.#timers.has(name)) {
        this.#timers.set(name, this.#environment.startTimer(this.#duration(name), () => {
          this.#timers.delete(name)
          this.#events.fired(this.handle, name)
        }))
      }
    }
  }

  #duration (timer: TimerName): number {
    const { handle } = this

    switch (timer) {
      case 'hint': return UNDELIVERED_HINT_TIME
      case 'delivery': return handle.role === 'caller' ? handle.deliveryTime : 0
      case 'ring': return handle.role === 'caller' ? handle.ringTime : handle.ringTime - this.#ageBefore + RING_GRACE
      case 'unreachable': return UNREACHABLE_TIME
      case 'confirm': return CONFIRM_TIME
      case 'stop':
      case 'answer': return LAST_WORD_TIME
      case 'session': return SESSION_TIME
    }
  }
}
