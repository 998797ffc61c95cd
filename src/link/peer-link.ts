import type { PeerId } from '@libp2p/interface'
import { asError } from '../errors/index.ts'
import type { Word } from '../wire/index.ts'
import {
  MAX_ANSWER_TIMEOUT_FACTOR,
  MAX_INBOUND_STREAMS,
  STEADY_TIME,
  STOP_TIMEOUT,
  VERIFY_TIMEOUT
} from './constants.ts'
import { Deadline } from './deadline.ts'
import { StreamGivenUpError } from './errors.ts'
import type { Link } from './index.ts'
import type { LinkContext } from './link-context.ts'
import { Opening } from './opening.ts'
import type { OpenedStream } from './stream-opener.ts'
import { WordStream } from './word-stream.ts'

/**
 * One peer's link. Of the streams that stand all are read and one is written to:
 *
 * - the first that stands, whoever opened it;
 * - then one that the peer opens later: who opens a new one has lost the old, whether or not we noticed. What was
 *   said on the old one may be lost, so `up` is told again.
 * - But when both opened one at the same time, both write to the one that the lower peer id opened. That is taken to
 *   be so as long as nothing was heard on the own one, and once: a second stream of the peer's says that it does not
 *   hear us.
 */
export class PeerLink implements Link {
  readonly peer: PeerId
  readonly #context: LinkContext
  /** Whether this peer's id is the lower of the two. */
  readonly #isLower: boolean
  readonly #streams = new Set<WordStream>()
  #writing: WordStream | undefined
  #backedUp: WordStream | undefined
  /** The stream of ours that was kept although the peer opened one. */
  #kept: WordStream | undefined
  /** The stream of the peer's that was left for one of ours, and what was said on it was not said again. */
  #left: WordStream | undefined
  #owed = false
  #verification: AbortController | undefined
  readonly #opening: Opening
  readonly #idle: Deadline
  readonly #answer: Deadline
  #answerTimeout: number

  constructor (peer: PeerId, isLower: boolean, context: LinkContext) {
    this.peer = peer
    this.#isLower = isLower
    this.#context = context
    this.#opening = new Opening(peer, context.opener, context.environment, {
      opened: (opened) => { this.#opened(opened) },
      failed: (error, isRetried) => { this.#failed(error, isRetried) }
    })
    this.#idle = new Deadline(context.environment, () => { this.#closeUnused() })
    this.#answer = new Deadline(context.environment, () => { void this.#verify() })
    this.#answerTimeout = context.answerTimeout
  }

  get isUp (): boolean {
    return this.#writing != null
  }

  say (words: readonly Word[], options?: { answered?: boolean }): void {
    if (this.#writing == null || words.length === 0) {
      return
    }

    this.#writing.say(words)
    this.#context.wordCount?.increment({ out: words.length })
    this.#idle.set(this.#context.idleTimeout)

    if (options?.answered === true && !this.#answer.isSet) {
      this.#answer.set(this.#answerTimeout)
    }
  }

  setOwed (owed: boolean): void {
    if (owed === this.#owed || !this.#context.isRunning) {
      return
    }

    this.#owed = owed

    if (!owed) {
      this.#opening.cancel()
      this.#idle.set(this.#context.idleTimeout)
      this.#releaseIfUnused()
    } else if (this.#writing == null) {
      this.#context.inUse.add(this)
      this.#opening.start()
    }
  }

  seen (): void {
    this.#opening.seen()
  }

  /** The peer opened a stream. */
  take (opened: OpenedStream): void {
    const own = this.#writing
    const stream = this.#add(opened)
    const inbound = [...this.#streams].filter(({ direction, isStanding }) => direction === 'inbound' && isStanding)

    this.#context.opener.trust(opened.connection)

    if (inbound.length > MAX_INBOUND_STREAMS) {
      inbound[0]?.abort(new StreamGivenUpError(`more than ${MAX_INBOUND_STREAMS} streams of one peer`))
    }

    if (this.#isLower && own?.direction === 'outbound' && own.isStanding && !own.wasHeard && own !== this.#kept) {
      this.#kept = own
    } else {
      this.#writeTo(stream)
    }
  }

  /** Closes all that it holds, in order, within STOP_TIMEOUT and until `signal` aborts. Never rejects. */
  async stop (signal?: AbortSignal): Promise<void> {
    this.#owed = false
    this.#writing = undefined
    this.#opening.cancel()
    this.#awaitNoAnswer()
    this.#idle.stop()
    this.#answer.stop()

    await Promise.all([...this.#streams].map(async stream => { await stream.close(STOP_TIMEOUT, signal) }))
  }

  #add (opened: OpenedStream): WordStream {
    const stream = new WordStream(opened, this.#context.environment, {
      heard: (on, words) => { this.#heard(on, words) },
      backedUp: (on, isBackedUp) => { this.#setBackedUp(isBackedUp ? on : undefined) },
      ended: (which, error) => { this.#ended(which, error) }
    })

    this.#streams.add(stream)
    this.#context.inUse.add(this)
    this.#context.streamCount?.increment({ opened: 1 })
    this.#context.log('%s stream %s with %p', stream.direction, opened.stream.id, this.peer)
    this.#idle.set(this.#context.idleTimeout)

    if (this.#backedUp != null) {
      stream.pause()
    }

    void this.#dropWhenClosed(stream)

    return stream
  }

  async #dropWhenClosed (stream: WordStream): Promise<void> {
    await stream.closed

    this.#streams.delete(stream)
    this.#context.streamCount?.increment({ closed: 1 })
    this.#releaseIfUnused()
  }

  /** Writes to this stream from now on, and says so: what was said on another may be lost. */
  #writeTo (stream: WordStream): void {
    this.#writing = stream
    this.#left = undefined
    this.#awaitNoAnswer()
    this.#opening.settle()
    this.#setBackedUp(undefined)
    this.#context.listener.up(this)
  }

  #awaitNoAnswer (): void {
    this.#answer.lift()
    this.#verification?.abort()
  }

  #heard (stream: WordStream, words: Word[]): void {
    if (!this.#context.isRunning) {
      return
    }

    // on another connection they say nothing about the one that is written to
    if (stream.connection === this.#writing?.connection) {
      this.#awaitNoAnswer()
      this.#answerTimeout = this.#context.answerTimeout
    }

    if (words.length > 0) {
      this.#context.wordCount?.increment({ in: words.length })
      this.#idle.set(this.#context.idleTimeout)
      this.#context.listener.heard(this, words)
      // the answers leave before all else that this chunk of bytes brings about
      this.#writing?.sendFirst()
    }
  }

  #ended (stream: WordStream, error?: Error): void {
    if (error != null) {
      this.#context.log.error('%s stream with %p ended - %e', stream.direction, this.peer, error)
    }

    if (this.#backedUp === stream) {
      this.#setBackedUp(undefined)
    }

    if (this.#kept === stream) {
      this.#kept = undefined
    }

    if (this.#left === stream && error != null && this.#writing != null && this.#context.isRunning) {
      // the peer had no use for it any more, and may not have read it to its end
      this.#writeTo(this.#writing)
      return
    }

    if (this.#writing !== stream || !this.#context.isRunning) {
      return
    }

    this.#writing = undefined
    this.#awaitNoAnswer()

    const other = [...this.#streams].findLast(({ isStanding }) => isStanding)

    if (other != null) {
      this.#writeTo(other)
      return
    }

    if (this.#owed) {
      const stood = this.#context.environment.now() - stream.openedAt

      this.#opening.restart(stream.wasHeard && !stream.wasAborted && stood >= STEADY_TIME)
    }

    this.#context.listener.down(this)
  }

  #opened (opened: OpenedStream): void {
    const own = this.#writing
    const stream = this.#add(opened)

    if (own == null || (this.#isLower && own.connection !== stream.connection)) {
      this.#writeTo(stream)
    } else if (this.#isLower) {
      // the peer opened one meanwhile, and what was said on that is not lost unless it is reset
      this.#left = own
      this.#writing = stream
    }
  }

  #failed (error: Error, isRetried: boolean): void {
    this.#context.log.error('could not open a stream to %p - %e', this.peer, error)

    if (isRetried) {
      this.#context.listener.failed(this, error)
    } else {
      this.#releaseIfUnused()
    }
  }

  /** No byte came although one was due: a new stream on the same connection tells whether the peer is still there. */
  async #verify (): Promise<void> {
    const silent = this.#writing

    if (silent == null) {
      return
    }

    const verification = this.#verification = new AbortController()

    this.#context.log('%p does not answer, verifying', this.peer)
    this.#answerTimeout = Math.min(2 * this.#answerTimeout, MAX_ANSWER_TIMEOUT_FACTOR * this.#context.answerTimeout)

    try {
      const opened = await this.#context.opener.openOn(silent.connection, VERIFY_TIMEOUT, verification.signal)

      if (verification.signal.aborted) {
        opened.stream.abort(new StreamGivenUpError('not needed any more'))
        return
      }

      const stream = this.#add(opened)

      void silent.close()
      this.#writeTo(stream)
    } catch (thrown) {
      if (!verification.signal.aborted) {
        this.#giveUpConnection(silent, asError(thrown))
      }
    }
  }

  #giveUpConnection ({ connection }: WordStream, error: Error): void {
    // a peer that does not know the protocol any more is there
    if (error.name !== 'UnsupportedProtocolError') {
      this.#context.opener.suspect(connection)
    }

    for (const stream of this.#streams) {
      if (stream.connection === connection) {
        stream.abort(error)
      }
    }
  }

  #setBackedUp (stream: WordStream | undefined): void {
    this.#backedUp = stream

    for (const each of this.#streams) {
      if (stream == null) {
        each.resume()
      } else {
        each.pause()
      }
    }
  }

  #closeUnused (): void {
    if (this.#owed) {
      return
    }

    for (const stream of this.#streams) {
      if (stream.isStanding) {
        void stream.close()
      }
    }

    if (this.#writing != null) {
      this.#writing = undefined
      this.#awaitNoAnswer()
      this.#context.listener.down(this)
    }
  }

  #releaseIfUnused (): void {
    if (!this.#owed && this.#streams.size === 0 && !this.#opening.isUnderWay) {
      this.#idle.stop()
      this.#answer.stop()
      this.#context.inUse.delete(this)
    }
  }
}
