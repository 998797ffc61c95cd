import type { Connection, PeerId } from '@libp2p/interface'
import { asError } from '../errors/index.ts'
import { NEW_STREAM_TIMEOUT } from './constants.ts'
import type { LinkContext } from './link-context.ts'
import type { OpeningEvents } from './opening.ts'

/**
 * The way of a link to a better connection: a new stream there, while the one that stands goes on. Of the two peers the one
 * that made the better connection moves, and the other follows.
 */
export class StreamMove {
  readonly #peer: PeerId
  readonly #context: LinkContext
  readonly #events: Pick<OpeningEvents, 'opened'>
  /** What is under way. */
  #moving: AbortController | undefined

  constructor (peer: PeerId, context: LinkContext, events: Pick<OpeningEvents, 'opened'>) {
    this.#peer = peer
    this.#context = context
    this.#events = events
  }

  /** Moves, if there is a better connection than this one. */
  start (from: Connection): void {
    const better = this.#context.opener.better(this.#peer, from)

    if (better != null && this.#moving == null) {
      void this.#move(better)
    }
  }

  cancel (): void {
    this.#moving?.abort()
    this.#moving = undefined
  }

  async #move (better: Connection): Promise<void> {
    const moving = this.#moving = new AbortController()

    try {
      this.#events.opened(await this.#context.opener.openOn(better, NEW_STREAM_TIMEOUT, moving.signal))
    } catch (thrown) {
      if (!moving.signal.aborted) {
        this.#failed(better, asError(thrown))
      }
    } finally {
      // another may have begun since this one was cancelled
      if (this.#moving === moving) {
        this.#moving = undefined
      }
    }
  }

  #failed (better: Connection, error: Error): void {
    this.#context.log.error('could not move to a better connection to %p - %e', this.#peer, error)

    if (error.name === 'TimeoutError') {
      this.#context.opener.suspect(better)
    }
  }
}
