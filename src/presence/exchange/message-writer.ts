import type { Stream } from '@libp2p/interface'
import type { Environment, Timer } from '../../environment/index.ts'
import { asError } from '../../errors/index.ts'
import { DRAIN_TIMEOUT, MAX_WAITING_BYTES } from './constants.ts'
import { PeerNotReadingError } from './errors.ts'

/** What a writer needs of a stream. */
export type WritableHalf = Pick<Stream, 'addEventListener' | 'send' | 'writableNeedsDrain' | 'writeBufferLength'>

/** The writing half of a stream. What waits for a peer to read it is bounded in bytes and in time. */
export class MessageWriter {
  readonly #stream: WritableHalf
  readonly #environment: Environment
  readonly #failed: (error: Error) => void
  /** Runs while the stream is blocked. */
  #limit: Timer | undefined
  /** Who waits until it no longer is. */
  #unblocked = Promise.withResolvers<void>()

  /** @param failed - called when the stream can no longer be written to, or should not be */
  constructor (stream: WritableHalf, environment: Environment, failed: (error: Error) => void) {
    this.#stream = stream
    this.#environment = environment
    this.#failed = failed

    stream.addEventListener('drain', () => {
      // the stream goes on with what it holds in a microtask that it queued before this listener ran
      queueMicrotask(() => { this.#drained() })
    })
  }

  /** Sends a frame, synchronously as far as the peer reads. */
  send (frame: Uint8Array): void {
    if (this.#stream.writeBufferLength + frame.byteLength > MAX_WAITING_BYTES) {
      this.#failed(new PeerNotReadingError(`more than ${MAX_WAITING_BYTES} bytes wait for the peer`))
      return
    }

    try {
      if (!this.#stream.send(frame) && this.#limit == null) {
        this.#startLimit()
      }
    } catch (thrown) {
      // StreamStateError: the stream closed before its reader could tell
      this.#failed(asError(thrown))
    }
  }

  /** Resolves when the peer has read what was sent, at once if nothing waits for it; and when the writer stops. */
  async unblocked (): Promise<void> {
    if (this.#limit != null) {
      await this.#unblocked.promise
    }
  }

  /** Leaves no timer behind, and nobody waiting. */
  stop (): void {
    this.#limit?.stop()
    this.#limit = undefined
    this.#unblocked.resolve()
    this.#unblocked = Promise.withResolvers()
  }

  #startLimit (): void {
    this.#limit = this.#environment.startTimer(DRAIN_TIMEOUT, () => {
      this.#failed(new PeerNotReadingError(`the peer read nothing for ${DRAIN_TIMEOUT} ms`))
    })
  }

  #drained (): void {
    if (this.#limit == null) {
      return
    }

    if (this.#stream.writableNeedsDrain) {
      // the peer reads, and has more to read
      this.#limit.stop()
      this.#startLimit()
    } else {
      this.stop()
    }
  }
}
