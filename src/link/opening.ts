import type { PeerId } from '@libp2p/interface'
import type { Environment } from '../environment/index.ts'
import { asError } from '../errors/index.ts'
import { BackOff, Deadline } from '../waiting/index.ts'
import { BACK_OFF_CAP, BACK_OFF_START } from './constants.ts'
import { StreamGivenUpError } from './errors.ts'
import type { OpenedStream, StreamOpener } from './stream-opener.ts'

/** What comes of the attempts. */
export interface OpeningEvents {
  opened(opened: OpenedStream): void
  /** @param isRetried - whether another attempt follows */
  failed(error: Error, isRetried: boolean): void
}

/** The way to a stream to one peer: attempt after attempt, with back-off, for as long as one is wanted. */
export class Opening {
  readonly #peer: PeerId
  readonly #opener: StreamOpener
  readonly #events: OpeningEvents
  readonly #backOff: BackOff
  /** Set until the next attempt. */
  readonly #delay: Deadline
  #isWanted = false
  /** The attempt that is under way. */
  #attempt: AbortController | undefined

  constructor (peer: PeerId, opener: StreamOpener, environment: Environment, events: OpeningEvents) {
    this.#peer = peer
    this.#opener = opener
    this.#events = events
    this.#backOff = new BackOff(() => environment.random(), { start: BACK_OFF_START, cap: BACK_OFF_CAP })
    this.#delay = new Deadline(environment, () => { void this.#try() })
  }

  /** Whether an attempt is under way, or another will be. */
  get isUnderWay (): boolean {
    return this.#isWanted || this.#attempt != null
  }

  /** A stream is wanted: the first attempt goes at once. */
  start (): void {
    this.#backOff.reset()
    this.#isWanted = true
    void this.#try()
  }

  /**
   * The stream that there was is lost and another is wanted. The first attempt goes at once, unless it follows on
   * others in vain.
   *
   * @param wasSteady - whether the lost stream was of use, so that the back-off begins anew
   */
  restart (wasSteady: boolean): void {
    if (wasSteady) {
      this.#backOff.reset()
    }

    const isFirst = this.#backOff.isFresh
    const delay = this.#backOff.next()

    this.#isWanted = true

    if (isFirst) {
      void this.#try()
    } else {
      this.#delay.set(delay)
    }
  }

  /** The peer was seen: there is no use in waiting. */
  seen (): void {
    if (this.#delay.isSet) {
      this.start()
    }
  }

  /** A stream stands: no further attempt. One that is under way goes on, since the peer may already use its stream. */
  settle (): void {
    this.#isWanted = false
    this.#delay.stop()
  }

  /** No stream is wanted any more. */
  cancel (): void {
    this.settle()
    this.#attempt?.abort()
    this.#attempt = undefined
  }

  async #try (): Promise<void> {
    this.#delay.stop()

    if (this.#attempt != null) {
      return
    }

    const attempt = this.#attempt = new AbortController()

    try {
      const opened = await this.#opener.open(this.#peer, attempt.signal)

      if (attempt.signal.aborted) {
        opened.stream.abort(new StreamGivenUpError('not wanted any more'))
      } else {
        this.#attempt = undefined
        this.#events.opened(opened)
      }
    } catch (thrown) {
      if (!attempt.signal.aborted) {
        this.#attempt = undefined
        this.#failed(asError(thrown))
      }
    } finally {
      // a dial that lost against a connection of the peer's goes no further
      attempt.abort()
    }
  }

  #failed (error: Error): void {
    const isRetried = this.#isWanted

    if (isRetried) {
      this.#delay.set(this.#backOff.next())
    }

    this.#events.failed(error, isRetried)
  }
}
