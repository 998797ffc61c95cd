import { StreamResetError } from '@libp2p/interface'
import type { Connection, Stream } from '@libp2p/interface'
import { asError } from '../errors/index.ts'
import type { Environment } from '../environment/index.ts'
import { FrameDecoder } from '../wire/index.ts'
import type { Word } from '../wire/index.ts'
import { Deadline } from '../waiting/index.ts'
import { CLOSE_TIMEOUT, FRAME_TIMEOUT, MAX_UNREAD_BYTES } from './constants.ts'
import { StreamGivenUpError } from './errors.ts'
import type { OpenedStream } from './stream-opener.ts'
import { WordWriter } from './word-writer.ts'
import type { WriterEvents } from './word-writer.ts'

/** What a stream tells the link that holds it. */
export interface WordStreamEvents {
  /** A chunk of bytes came in, and these words ended in it: none, if a frame is longer than the chunk. */
  heard(stream: WordStream, words: Word[]): void
  /** Whether so much waits for the peer to read that nothing more should be read from it. */
  backedUp(stream: WordStream, isBackedUp: boolean): void
  /** The peer has said its last word on it, or it broke; nothing more can be said on it. Told once. */
  ended(stream: WordStream, error?: Error): void
}

/**
 * One stream of words.
 *
 * From its making on it reads, until the peer closes its side or either resets it; it closes or
 * resets its own side on every path.
 */
export class WordStream implements WriterEvents {
  readonly connection: Connection
  readonly direction: 'inbound' | 'outbound'
  /** When it was opened, by the environment's clock. */
  readonly openedAt: number
  /** Resolves, and never rejects, when both sides are closed or it was reset. */
  readonly closed: Promise<void>
  readonly #stream: Stream
  readonly #environment: Environment
  readonly #events: WordStreamEvents
  readonly #writer: WordWriter
  readonly #frame: Deadline
  #isStanding = true
  #wasHeard = false
  #wasAborted = false
  #ownSideClosed: Promise<void> | undefined

  constructor ({ stream, connection }: OpenedStream, environment: Environment, events: WordStreamEvents) {
    this.#stream = stream
    this.#environment = environment
    this.#events = events
    this.connection = connection
    this.direction = stream.direction
    this.openedAt = environment.now()
    this.#writer = new WordWriter(stream, environment, this)
    this.#frame = new Deadline(environment, () => { this.abort(new StreamGivenUpError('a frame took too long')) })

    stream.maxReadBufferLength = MAX_UNREAD_BYTES
    // what came in before a stream that was paused closed is still to be read
    stream.addEventListener('close', () => { this.resume() })
    this.closed = this.#run()
  }

  /** Whether it can be written to. */
  get isStanding (): boolean {
    return this.#isStanding && this.#stream.writeStatus === 'writable'
  }

  /** Whether words came in on it. */
  get wasHeard (): boolean {
    return this.#wasHeard
  }

  /** Whether this side reset it. */
  get wasAborted (): boolean {
    return this.#wasAborted
  }

  say (words: readonly Word[]): void {
    this.#writer.say(words)
  }

  /** Sends what was said, unless something was sent in this turn of the event loop already: then it goes with the rest. */
  sendFirst (): void {
    this.#writer.sendFirst()
  }

  /** Stops reading: the peer may send no more than its window. */
  pause (): void {
    if (this.#isStanding && this.#stream.readStatus === 'readable') {
      this.#stream.pause()
    }
  }

  /** Goes on reading. */
  resume (): void {
    if (this.#stream.readStatus !== 'paused') {
      return
    }

    try {
      this.#stream.resume()
    } catch {
      // the bytes were handed on; what failed is to tell the peer so, on a connection that is no more
    }
  }

  /**
   * Closes in order: sends what was said, says that it was the last, and reads on until the peer closes too, for at
   * most `limit` milliseconds and until `signal` aborts; after that it is reset. Never rejects.
   */
  async close (limit: number = CLOSE_TIMEOUT, signal?: AbortSignal): Promise<void> {
    await this.#orGiveUp(Promise.all([this.#closeOwnSide(), this.closed]), limit, signal)
  }

  /** Its writer tells whether so much waits for the peer that nothing more should be read from it. */
  backedUp (isBackedUp: boolean): void {
    this.#events.backedUp(this, isBackedUp)
  }

  /** Resets it, both ways, at once. */
  abort (error: Error): void {
    if (this.#stream.status === 'open' || this.#stream.status === 'closing') {
      this.#wasAborted = true
    }

    this.#isStanding = false
    this.#writer.stop()
    this.#stream.abort(error)
  }

  async #run (): Promise<void> {
    try {
      await this.#read()

      this.#isStanding = false
      this.#events.ended(this)
      await this.#orGiveUp(this.#closeOwnSide(), CLOSE_TIMEOUT)
    } catch (thrown) {
      const error = asError(thrown)

      this.abort(error)
      this.#events.ended(this, error)
    } finally {
      this.#writer.stop()
      this.#frame.stop()
    }
  }

  /**
   * Reads from the stream's own event until all is read. Resolves when the peer has closed its side, and rejects when a
   * frame is malformed or the stream was reset.
   *
   * (Not by an it-pipe pipeline: what an event of the stream brings is then read some microtasks later, which is when noise
   * has done with the chunk that it came in. `npm run bench -- pipeline` on a busy machine: 70 to 130 µs more for a round
   * trip; `accepted` took 2.5 times a bare echo with a pipeline, and takes 1.9 times without.)
   */
  async #read (): Promise<void> {
    const stream = this.#stream
    const decoder = new FrameDecoder()

    await new Promise<void>((resolve, reject) => {
      const isBroken = (): boolean => stream.status === 'reset' || stream.status === 'aborted'
      const finish = (error?: Error): void => {
        if (isBroken()) {
          reject(error ?? new StreamResetError())
        } else if (stream.readableEnded) {
          resolve()
        }
      }

      stream.addEventListener('message', ({ data }) => {
        try {
          const words = decoder.push(data)

          this.#limitFrame(decoder.isInFrame, words.length > 0)
          this.#wasHeard ||= words.length > 0
          this.#events.heard(this, words)
        } catch (thrown) {
          reject(asError(thrown))
        }
      })
      stream.addEventListener('end', () => {
        if (!isBroken()) {
          resolve()
        }
      })
      stream.addEventListener('close', ({ error }) => { finish(error) })
      // of what was over before there was a listener, no event tells
      finish()
    })
  }

  /** Of a frame that comes in many chunks, the time is counted from the first one on. */
  #limitFrame (isInFrame: boolean, isNew: boolean): void {
    if (!isInFrame) {
      this.#frame.lift()
    } else if (isNew || !this.#frame.isSet) {
      this.#frame.set(FRAME_TIMEOUT)
    }
  }

  async #closeOwnSide (): Promise<void> {
    this.#isStanding = false
    // the end of what the peer sends can only be read by reading all of it
    this.resume()

    this.#ownSideClosed ??= (async () => {
      try {
        this.#writer.flush()
        await this.#stream.close()
      } catch (thrown) {
        this.abort(asError(thrown))
      }
    })()

    await this.#ownSideClosed
  }

  async #orGiveUp (done: Promise<unknown>, limit: number, signal?: AbortSignal): Promise<void> {
    const giveUp = (): void => { this.abort(new StreamGivenUpError('the peer did not close its side in time')) }
    const timer = this.#environment.startTimer(limit, giveUp)

    signal?.addEventListener('abort', giveUp)

    if (signal?.aborted === true) {
      giveUp()
    }

    try {
      await done
    } finally {
      timer.stop()
      signal?.removeEventListener('abort', giveUp)
    }
  }
}
