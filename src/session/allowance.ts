import { TokenBucket } from '../limits/index.ts'
import { Deadline } from '../waiting/index.ts'
import { PACE } from './constants.ts'
import type { Environment } from '../environment/index.ts'
import type { UnderWay } from './under-way.ts'

/** How much one side of a session may say beside what the other side's windows allow: what all of its lanes share. */
export class Allowance {
  readonly #environment: Environment
  readonly #underWay: UnderWay
  readonly #pace: TokenBucket
  /** Set while the pace holds something back. */
  readonly #waitForPace: Deadline
  /** What this session has said and not heard of, in cost: its share of what is under way. */
  #share = 0

  /** @param onReady - called when something may be said that the pace held back */
  constructor (environment: Environment, underWay: UnderWay, onReady: () => void) {
    this.#environment = environment
    this.#underWay = underWay
    this.#pace = new TokenBucket(PACE, environment.now())
    this.#waitForPace = new Deadline(environment, onReady)
  }

  /** Whether a part that costs this may be said now; it counts as said by that. If only the pace forbids it, `onReady` is called when it no longer does. */
  take (cost: number): boolean {
    const now = this.#environment.now()

    if (this.#waitForPace.isSet || !this.#underWay.hasRoomFor(cost)) {
      return false
    }

    if (!this.#pace.take(now, cost)) {
      this.#waitForPace.set(Math.ceil(this.#pace.timeUntil(now, cost)))

      return false
    }

    this.#underWay.add(cost)
    this.#share += cost

    return true
  }

  /** The other side has parts that cost this together. */
  heard (cost: number): void {
    this.#underWay.remove(cost)
    this.#share -= cost
  }

  /** Nothing is said any more. */
  stop (): void {
    this.#waitForPace.stop()
    this.heard(this.#share)
  }
}
