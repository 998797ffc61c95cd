import type { Connection } from '@libp2p/interface'
import { asError } from '../errors/index.ts'
import { MAX_ANSWER_TIMEOUT_FACTOR, VERIFY_TIMEOUT } from './constants.ts'
import { Deadline } from '../waiting/index.ts'
import type { LinkContext } from './link-context.ts'
import type { OpenedStream } from './stream-opener.ts'

/** Whether the peer is still there: it is in doubt when an answer stays out, and a new stream tells. */
export class Verification {
  readonly #context: LinkContext
  readonly #answer: Deadline
  #answerTimeout: number
  /** What is under way. */
  #verifying: AbortController | undefined

  /** @param silent - called when no byte came although one was due */
  constructor (context: LinkContext, silent: () => void) {
    this.#context = context
    this.#answerTimeout = context.answerTimeout
    this.#answer = new Deadline(context.environment, () => {
      this.#answerTimeout = Math.min(2 * this.#answerTimeout, MAX_ANSWER_TIMEOUT_FACTOR * context.answerTimeout)
      silent()
    })
  }

  /** An answer is due, unless one is already. */
  expectAnswer (): void {
    if (!this.#answer.isSet) {
      this.#answer.set(this.#answerTimeout)
    }
  }

  /** The peer was heard. */
  heard (): void {
    this.cancel()
    this.#answerTimeout = this.#context.answerTimeout
  }

  /** No answer is due any more, and nothing in doubt. */
  cancel (): void {
    this.#answer.lift()
    this.#verifying?.abort()
    this.#verifying = undefined
  }

  /** Leaves no timer behind. */
  stop (): void {
    this.cancel()
    this.#answer.stop()
  }

  /**
   * A new stream on this very connection, within VERIFY_TIMEOUT; `undefined` when it is not needed any more, or on its way
   * already.
   *
   * @throws {Error} the peer is not reached on this connection
   */
  async verify (connection: Connection): Promise<OpenedStream | undefined> {
    if (this.#verifying != null) {
      return undefined
    }

    const verifying = this.#verifying = new AbortController()

    try {
      return await this.#context.opener.openOn(connection, VERIFY_TIMEOUT, verifying.signal)
    } catch (thrown) {
      if (verifying.signal.aborted) {
        return undefined
      }

      throw asError(thrown)
    } finally {
      // another may have begun since this one was cancelled
      if (this.#verifying === verifying) {
        this.#verifying = undefined
      }
    }
  }
}
