import type { SwarmNode } from './swarm-node.ts'
import type { DepartureReason } from '../../src/presence/index.ts'

/** One peer was told that another has come or gone. */
export interface Sighting {
  readonly by: SwarmNode
  /** A peer id. */
  readonly of: string
  readonly what: 'online' | 'offline'
  readonly reason?: DepartureReason
  /** On the clock of `performance.now()`. */
  readonly at: number
  /** Whether it contradicts what was so at that time: gone though it was running, come though it had been seen already. */
  readonly mistaken: boolean
}

/** What all the peers of a swarm were told by their own presence services, and whom each of them sees now by that. */
export class Sightings {
  readonly all: Sighting[] = []
  readonly #seen = new Map<SwarmNode, Set<string>>()
  readonly #isRunning: (id: string) => boolean

  constructor (isRunning: (id: string) => boolean) {
    this.#isRunning = isRunning
  }

  /** Listens to one more peer, until it runs no longer. */
  watch (by: SwarmNode): void {
    const seen = new Set<string>()

    this.#seen.set(by, seen)

    by.presence.addEventListener('peer:online', ({ detail: { peer } }) => {
      const of = peer.toString()

      this.#note({ by, of, what: 'online', at: performance.now(), mistaken: seen.has(of) })
      seen.add(of)
    })
    by.presence.addEventListener('peer:offline', ({ detail: { peer, reason } }) => {
      const of = peer.toString()

      this.#note({ by, of, what: 'offline', reason, at: performance.now(), mistaken: !seen.has(of) || this.#isRunning(of) })
      seen.delete(of)
    })
  }

  /** Whether a peer sees another one. */
  sees (by: SwarmNode, of: string): boolean {
    return this.#seen.get(by)?.has(of) === true
  }

  /** How many others a peer sees. */
  count (by: SwarmNode): number {
    return this.#seen.get(by)?.size ?? 0
  }

  /** What was not true. */
  get mistaken (): Sighting[] {
    return this.all.filter(({ mistaken }) => mistaken)
  }

  #note (sighting: Sighting): void {
    // what a peer that is being stopped is told is nobody's business any more
    if (sighting.by.state === 'running') {
      this.all.push(sighting)
    }
  }
}
