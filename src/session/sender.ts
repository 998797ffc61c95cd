import { abortError, RateLimitedError } from '../errors/index.ts'
import { TokenBucket } from '../limits/index.ts'
import { MAX_WAITING, PACE } from './constants.ts'
import { Outbox } from './outbox.ts'
import { partsOf } from './parts.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { Environment, Timer } from '../environment/index.ts'
import type { Payload } from '../wire/index.ts'
import type { Outgoing } from './outbox.ts'
import type { Part } from './parts.ts'
import type { UnderWay } from './under-way.ts'

/** A message that somebody waits for to be heard. */
interface Sending extends Outgoing {
  readonly heard: () => void
  readonly failed: (error: Error) => void
}

/** The sending half of a session: an outbox, what holds it back beside the other side's window, and the promises of those who wait. */
export class Sender {
  readonly #environment: Environment
  readonly #underWay: UnderWay
  /** Called when something may be said that the pace held back. */
  readonly #onReady: () => void
  readonly #outbox = new Outbox<Sending>()
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

  /** What must be said again on a stream that is new. */
  get unheard (): Part[] {
    return this.#outbox.unheard
  }

  /** Puts a message behind those that wait. Resolves when the other side has it. */
  async send (message: Payload, { signal }: AbortOptions): Promise<void> {
    if (this.#outbox.waitingCost >= MAX_WAITING) {
      throw new RateLimitedError('too many messages of this session wait to be said; wait for the promise of some of them')
    }

    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const sending: Sending = { parts: partsOf(message), heard: resolve, failed: reject }
    const aborted = (): void => {
      this.#outbox.withdraw(sending)
      reject(abortError(signal))
    }

    this.#outbox.put(sending)
    signal?.addEventListener('abort', aborted)
    this.#onReady()

    try {
      await promise
    } finally {
      signal?.removeEventListener('abort', aborted)
    }
  }

  /** The next part that may be said now. If only the pace forbids it, `onReady` is called when it no longer does. */
  next (): Part | undefined {
    const cost = this.#outbox.nextCost
    const now = this.#environment.now()

    if (cost == null || this.#waitingForPace != null || !this.#underWay.hasRoomFor(cost)) {
      return undefined
    }

    if (!this.#pace.take(now, cost)) {
      this.#waitingForPace = this.#environment.startTimer(Math.ceil(this.#pace.timeUntil(now, cost)), () => {
        this.#waitingForPace = undefined
        this.#onReady()
      })

      return undefined
    }

    this.#underWay.add(cost)
    this.#share += cost

    return this.#outbox.say()
  }

  /** The other side says what it has, and what more it takes. Returns false if it cannot be true. */
  hear (heard: number, window: number): boolean {
    const done = this.#outbox.hear(heard, window)

    if (done == null) {
      return false
    }

    this.#underWay.remove(done.cost)
    this.#share -= done.cost

    for (const sending of done.messages) {
      sending.heard()
    }

    return true
  }

  /** Nothing is said any more: whoever waits is told so. */
  stop (error: Error): void {
    this.#waitingForPace?.stop()
    this.#underWay.remove(this.#share)
    this.#share = 0

    for (const sending of this.#outbox.unfinished) {
      sending.failed(error)
    }
  }
}
