import { TokenBucket } from '../limits/index.ts'
import { PACE } from './constants.ts'
import type { Environment, Timer } from '../environment/index.ts'
import type { UnderWay } from './under-way.ts'

/** How much one side of a session may say beside what the other side's windows allow: what all of its lanes share. */
export class Allowance {
  readonly #environment: Environment
  readonly #underWay: UnderWay
  /** Called when something may be said that the pace held back. */
  readonly #onReady: () => void
  readonly #pace: TokenBucket
  #waitingForPace: Timer | undefined
  /** What this session has said and not heard of, in cost: its share of what is under way. */
  #share = 0

  constructor (environment: Environment, underWay: UnderWay, onReady: () => void) {
    this.#environment = environment
    this.#underWay = underWay
    this.#onReady = onReady
    this.#pace = new TokenBucket(PACE, environment.now())
  }

  /** Whether a part that costs this may be said now; it counts as said by that. If only the pace forbids it, `onReady` is called when it no longer does. */
  take (cost: number): boolean {
    const now = this.#environment.now()

    if (this.#waitingForPace != null || !this.#underWay.hasRoomFor(cost)) {
      return false
    }

    if (!this.#pace.take(now, cost)) {
      this.#waitingForPace = this.#environment.startTimer(Math.ceil(this.#pace.timeUntil(now, cost)), () => {
        this.#waitingForPace = undefined
        this.#onReady()
      })

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
    this.#waitingForPace?.stop()
    this.heard(this.#share)
  }
}
