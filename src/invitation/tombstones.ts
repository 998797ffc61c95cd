import type { CalleeState } from './callee-machine.ts'
import type { CallerState } from './caller-machine.ts'
import type { InvitationId } from '../wire/index.ts'

/** How many tombstones are kept. */
export interface TombstoneBounds {
  /** Of all peers together. */
  readonly most: number
  readonly mostOfPeer: number
}

interface Tombstone {
  readonly peer: string
  readonly state: CallerState | CalleeState
  readonly until: number
}

/**
 * What is left of invitations that are over: their last states, which answer late words in the right way and keep an
 * invite that comes after its end from ringing. Bounded in time and in number; pure, the time is given.
 *
 * A peer can lay as many as it likes, by ending what it never began. So it pays for its own: where it has as many as it
 * may, or all together have, its own oldest goes. Only a peer that has none yet takes the place of the oldest of all.
 */
export class Tombstones {
  readonly #bounds: TombstoneBounds
  /** In the order in which they were laid, so the oldest comes first. */
  readonly #byKey = new Map<string, Tombstone>()
  /** The keys of each peer's, in the same order; no peer without any. */
  readonly #keysOf = new Map<string, Set<string>>()

  constructor (bounds: TombstoneBounds) {
    this.#bounds = bounds
  }

  get size (): number {
    return this.#byKey.size
  }

  /** Keeps the state until the given time. */
  lay (peer: string, state: CallerState | CalleeState, until: number): void {
    const key = keyOf(peer, state.role, state.id)

    this.#forget(key)
    this.#makeRoom(peer)
    this.#byKey.set(key, { peer, state, until })

    const keys = this.#keysOf.get(peer) ?? new Set()

    this.#keysOf.set(peer, keys.add(key))
  }

  get (peer: string, role: 'caller' | 'callee', id: InvitationId): CallerState | CalleeState | undefined {
    return this.#byKey.get(keyOf(peer, role, id))?.state
  }

  /** Forgets those whose time is up. */
  sweep (now: number): void {
    for (const [key, { until }] of this.#byKey) {
      if (until <= now) {
        this.#forget(key)
      }
    }
  }

  #makeRoom (peer: string): void {
    const own = this.#keysOf.get(peer)

    if (this.#byKey.size < this.#bounds.most && (own == null || own.size < this.#bounds.mostOfPeer)) {
      return
    }

    for (const oldest of (own ?? this.#byKey).keys()) {
      this.#forget(oldest)
      return
    }
  }

  #forget (key: string): void {
    const peer = this.#byKey.get(key)?.peer

    if (peer == null) {
      return
    }

    const keys = this.#keysOf.get(peer)

    this.#byKey.delete(key)
    keys?.delete(key)

    if (keys?.size === 0) {
      this.#keysOf.delete(peer)
    }
  }
}

const keyOf = (peer: string, role: 'caller' | 'callee', id: InvitationId): string => `${role} ${peer} ${id}`
