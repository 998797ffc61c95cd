import type { CalleeState } from './callee-machine.ts'
import type { CallerState } from './caller-machine.ts'
import type { InvitationId } from '../wire/index.ts'

interface Tombstone {
  readonly state: CallerState | CalleeState
  readonly until: number
}

/**
 * What is left of invitations that are over: their last states, which answer late words in the right way and keep an
 * invite that comes after its end from ringing. Bounded in time and in number; pure, the time is given.
 */
export class Tombstones {
  readonly #most: number
  /** In the order in which they were laid, so the oldest comes first. */
  readonly #byKey = new Map<string, Tombstone>()

  constructor (most: number) {
    this.#most = most
  }

  get size (): number {
    return this.#byKey.size
  }

  /** Keeps the state until the given time; where there are too many, the oldest goes. */
  lay (peer: string, state: CallerState | CalleeState, until: number): void {
    const key = keyOf(peer, state.role, state.id)

    this.#byKey.delete(key)
    this.#byKey.set(key, { state, until })

    for (const oldest of this.#byKey.keys()) {
      if (this.#byKey.size <= this.#most) {
        break
      }

      this.#byKey.delete(oldest)
    }
  }

  get (peer: string, role: 'caller' | 'callee', id: InvitationId): CallerState | CalleeState | undefined {
    return this.#byKey.get(keyOf(peer, role, id))?.state
  }

  /** Forgets those whose time is up. */
  sweep (now: number): void {
    for (const [key, { until }] of this.#byKey) {
      if (until <= now) {
        this.#byKey.delete(key)
      }
    }
  }
}

const keyOf = (peer: string, role: 'caller' | 'callee', id: InvitationId): string => `${role} ${peer} ${id}`
