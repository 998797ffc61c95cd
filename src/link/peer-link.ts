import type { Connection, PeerId } from '@libp2p/interface'
import { asError } from '../errors/index.ts'
import type { Word } from '../wire/index.ts'
import { STEADY_TIME, STOP_TIMEOUT } from './constants.ts'
import { Deadline } from '../waiting/index.ts'
import { DirectDial } from './direct-dial.ts'
import type { Link } from './index.ts'
import { StreamGivenUpError } from './errors.ts'
import type { LinkContext } from './link-context.ts'
import { LinkStreams } from './link-streams.ts'
import type { LinkStreamsEvents } from './link-streams.ts'
import { Opening } from './opening.ts'
import type { OpeningEvents } from './opening.ts'
import { isBetter } from './pick-connection.ts'
import { StreamMove } from './stream-move.ts'
import type { OpenedStream } from './stream-opener.ts'
import { Verification } from './verification.ts'
import type { WordStream } from './word-stream.ts'

/**
 * One peer's link. Of the streams that stand all are read and one is written to:
 *
 * - the first that stands, whoever opened it;
 * - then one that the peer opens later: who opens a new one has lost the old, whether or not we noticed. What was
 *   said on the old one may be lost, so `up` is told again.
 * - But when both opened one at the same time, both write to the one that the lower peer id opened. That is taken to
 *   be so as long as nothing was heard on the own one, and once: a second stream of the peer's says that it does not
 *   hear us. Nor is it taken to be so of a stream on a better connection: the peer moves there.
 */
export class PeerLink implements Link, LinkStreamsEvents, OpeningEvents {
  readonly peer: PeerId
  readonly isLower: boolean
  readonly #context: LinkContext
  readonly #streams: LinkStreams
  #writing: WordStream | undefined
  /** The stream of ours that was kept although the peer opened one. */
  #kept: WordStream | undefined
  /** The stream of the peer's that was left for one of ours, and what was said on it was not said again. */
  #left: WordStream | undefined
  #owed = false
  readonly #opening: Opening
  readonly #move: StreamMove
  readonly #directDial: DirectDial
  readonly #verification: Verification
  readonly #idle: Deadline

  constructor (peer: PeerId, isLower: boolean, context: LinkContext) {
    this.peer = peer
    this.isLower = isLower
    this.#context = context
    this.#streams = new LinkStreams(peer, context, this)
    this.#opening = new Opening(peer, context.opener, context.environment, this)
    this.#move = new StreamMove(peer, context, this)
    this.#directDial = new DirectDial(peer, context)
    this.#verification = new Verification(context, () => { void this.#verify(true) })
    this.#idle = new Deadline(context.environment, () => { this.#closeUnused() })
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

    if (options?.answered === true) {
      this.#verification.expectAnswer()
    }
  }

  setOwed (owed: boolean): void {
    if (owed === this.#owed || !this.#context.isRunning) {
      return
    }

    this.#owed = owed

    if (!owed) {
      this.#opening.cancel()
      this.#directDial.cancel()
      this.#directDial.renew()
      this.#idle.set(this.#context.idleTimeout)
      this.#releaseIfUnused()
    } else if (this.#writing == null) {
      this.#context.inUse.add(this)
      this.#opening.start()
    } else {
      this.#seekBetter()
    }
  }

  seen (): void {
    this.#opening.seen()
  }

  /** There is one more connection to the peer. */
  connectionOpened (): void {
    this.#opening.seen()
    this.#seekBetter()
  }

  /**
   * A connection to the peer is no more. If it was another than the one that is written to, it may be the first sign that
   * the peer is gone: a WebRTC connection shows that 12 s later.
   */
  connectionClosed (connection: Connection): void {
    if (this.#owed && this.#writing?.connection !== connection && !this.#context.opener.isSuspect(connection)) {
      void this.#verify(false)
    }
  }

  /** libp2p knows one more address of the peer. */
  addressLearned (): void {
    this.#opening.seen()
    this.#directDial.renew()
    this.#seekBetter()
  }

  /** The peer opened a stream. */
  take (opened: OpenedStream): void {
    const own = this.#writing
    const stream = this.#add(opened)

    this.#context.opener.trust(opened.connection)

    if (this.#keeps(own, stream)) {
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
    this.#lose()
    this.#verification.stop()
    this.#idle.stop()

    await this.#streams.stop(STOP_TIMEOUT, signal)
  }

  // what its streams and its attempts tell

  heard (stream: WordStream, words: Word[]): void {
    if (!this.#context.isRunning) {
      return
    }

    // on another connection they say nothing about the one that is written to
    if (stream.connection === this.#writing?.connection) {
      this.#verification.heard()
    }

    // the peer is there, too: what both have left is of no use. (If both closed, they might close each other's.)
    if (stream === this.#writing && this.isLower && this.#streams.size > 1) {
      this.#streams.close(stream)
    }

    if (words.length > 0) {
      this.#context.wordCount?.increment({ in: words.length })
      this.#idle.set(this.#context.idleTimeout)
      this.#context.listener.heard(this, words)
      // the answers leave before all else that this chunk of bytes brings about
      this.#writing?.sendFirst()
    }
  }

  ended (stream: WordStream, error?: Error): void {
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
    this.#lose()

    const other = this.#streams.newest

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

  dropped (): void {
    this.#releaseIfUnused()
  }

  opened (opened: OpenedStream): void {
    if (!this.#context.isRunning) {
      opened.stream.abort(new StreamGivenUpError('stopped'))
      return
    }

    const own = this.#writing
    const stream = this.#add(opened)

    if (own == null || isBetter(stream.connection, own.connection) || (this.isLower && own.connection !== stream.connection)) {
      this.#writeTo(stream)
    } else if (this.isLower) {
      // the peer opened one meanwhile, and what was said on that is not lost unless it is reset
      this.#left = own
      this.#writing = stream
    }
  }

  failed (error: Error, isRetried: boolean): void {
    this.#context.log.error('could not open a stream to %p - %e', this.peer, error)

    if (isRetried) {
      this.#context.listener.failed(this, error)
    } else {
      this.#releaseIfUnused()
    }
  }

  // the rest is its own

  /** Whether the own stream and the one that the peer opened were opened at once, and both sides go on with the own one. */
  #keeps (own: WordStream | undefined, taken: WordStream): boolean {
    return this.isLower && own?.direction === 'outbound' && own.isStanding && !own.wasHeard && own !== this.#kept &&
      !isBetter(taken.connection, own.connection)
  }

  #add (opened: OpenedStream): WordStream {
    this.#context.inUse.add(this)
    this.#idle.set(this.#context.idleTimeout)

    return this.#streams.add(opened)
  }

  /** Writes to this stream from now on, and says so: what was said on another may be lost. */
  #writeTo (stream: WordStream): void {
    this.#writing = stream
    this.#left = undefined
    this.#verification.cancel()
    this.#move.cancel()
    this.#opening.settle()
    this.#streams.readOn()
    this.#seekBetter()
    this.#context.listener.up(this)
  }

  /** What was under way for the stream that was written to has no more use. */
  #lose (): void {
    this.#verification.cancel()
    this.#move.cancel()
    this.#directDial.cancel()
  }

  /** Moves to a better connection if there is one, and sees to it that there is one if the relay will cut this one. */
  #seekBetter (): void {
    if (this.#writing == null) {
      return
    }

    this.#move.start(this.#writing.connection)

    if (this.#owed) {
      this.#directDial.start(this.#writing.connection)
    }
  }

  /**
   * A new stream on the same connection tells whether the peer is still there.
   *
   * @param isSilent - whether the stream that stands is lost even if the peer is there
   */
  async #verify (isSilent: boolean): Promise<void> {
    const doubted = this.#writing

    if (doubted == null) {
      return
    }

    this.#context.log('%p may be gone, verifying', this.peer)

    try {
      const opened = await this.#verification.verify(doubted.connection)

      if (opened == null) {
        return
      }

      // the peer may have opened one at the same time, and that came first
      if (this.#writing === doubted) {
        this.#writeTo(this.#add(opened))
      } else {
        this.opened(opened)
      }

      if (isSilent) {
        void doubted.close()
      }
    } catch (thrown) {
      this.#streams.giveUp(doubted.connection, asError(thrown))
    }
  }

  #closeUnused (): void {
    if (this.#owed) {
      return
    }

    this.#streams.close()

    if (this.#writing != null) {
      this.#writing = undefined
      this.#lose()
      this.#context.listener.down(this)
    }
  }

  #releaseIfUnused (): void {
    if (!this.#owed && this.#streams.size === 0 && !this.#opening.isUnderWay) {
      this.#idle.stop()
      this.#verification.stop()
      this.#context.inUse.delete(this)
    }
  }
}
