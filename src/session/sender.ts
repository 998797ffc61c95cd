import { abortError, RateLimitedError } from '../errors/index.ts'
import { MAX_WAITING } from './constants.ts'
import { Outbox } from './outbox.ts'
import { partsOf } from './parts.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { Payload } from '../wire/index.ts'
import type { Allowance } from './allowance.ts'
import type { Outgoing } from './outbox.ts'
import type { Part } from './parts.ts'

/** A message that somebody waits for to be heard. */
interface Sending extends Outgoing {
  readonly heard: () => void
  readonly failed: (error: Error) => void
}

/** The sending half of a lane: an outbox, what holds it back beside the other side's window, and the promises of those who wait. */
export class Sender {
  readonly #allowance: Allowance
  /** Called when there is something new to say. */
  readonly #onReady: () => void
  readonly #outbox = new Outbox<Sending>()

  constructor (allowance: Allowance, onReady: () => void) {
    this.#allowance = allowance
    this.#onReady = onReady
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

  /** The next part that may be said now. */
  next (): Part | undefined {
    const cost = this.#outbox.nextCost

    return cost != null && this.#allowance.take(cost) ? this.#outbox.say() : undefined
  }

  /** The other side says what it has, and what more it takes. Returns false if it cannot be true. */
  hear (heard: number, window: number): boolean {
    const done = this.#outbox.hear(heard, window)

    if (done == null) {
      return false
    }

    this.#allowance.heard(done.cost)

    for (const sending of done.messages) {
      sending.heard()
    }

    return true
  }

  /** Nothing is said any more: whoever waits is told so. */
  stop (error: Error): void {
    for (const sending of this.#outbox.unfinished) {
      sending.failed(error)
    }
  }
}
