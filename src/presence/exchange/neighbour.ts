import type { Connection, PeerId, Stream } from '@libp2p/interface'
import { AbortError, asError } from '../../errors/index.ts'
import { ANSWER_TIMEOUT, MAX_STREAMS_PER_PEER, OPEN_TIMEOUT } from './constants.ts'
import { NotAnsweredError, NotConnectedError, StreamGivenUpError } from './errors.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { ExchangeStream } from './exchange-stream.ts'
import type { Answer, Question } from './index.ts'
import { PeerAllowance } from './peer-allowance.ts'
import { endOfTurn, unlessAborted } from '../../waiting/index.ts'

/** One remote peer: the streams that stand between it and us, the questions that wait to be asked, and what it may do. */
export class Neighbour {
  readonly #peer: PeerId
  readonly #context: ExchangeContext
  readonly #released: () => void
  readonly #allowance: PeerAllowance
  /** Oldest first. */
  readonly #streams: ExchangeStream[] = []
  /** Settles, and never rejects, when all that was asked is settled. */
  #turns: Promise<unknown> = Promise.resolve()
  /** How many wait for their turn, or for the answer. */
  #askers = 0

  /** @param released - called whenever nothing stands or waits any more */
  constructor (peer: PeerId, context: ExchangeContext, released: () => void) {
    this.#peer = peer
    this.#context = context
    this.#released = released
    this.#allowance = new PeerAllowance(context.environment.now())
  }

  /** Whether nothing stands or waits. */
  get isUnused (): boolean {
    return this.#streams.length === 0 && this.#askers === 0
  }

  /** Whether nothing stands or waits, and it has all of its allowance: then a new one would do as well. */
  get isForgettable (): boolean {
    return this.isUnused && this.#allowance.isWhole(this.#context.environment.now())
  }

  /** Takes a stream that was opened, by either side. */
  take (stream: Stream, connection: Connection): ExchangeStream {
    const taken = new ExchangeStream(stream, connection, this.#allowance, this.#context)

    this.#streams.push(taken)
    void this.#removeWhenClosed(taken)

    if (this.#streams.length > MAX_STREAMS_PER_PEER) {
      this.#streams[0]?.abort(new StreamGivenUpError('newer streams took its place'))
    }

    return taken
  }

  /** One question after another, each on the best stream that there is in its turn. Throws as `Exchange.ask` does. */
  async ask (question: Question, signal: AbortSignal | undefined): Promise<Answer> {
    const limit = new AbortController()
    const timer = this.#context.environment.startTimer(ANSWER_TIMEOUT, () => {
      limit.abort(new NotAnsweredError(`no answer within ${ANSWER_TIMEOUT} ms`))
    })
    const givenUp = AbortSignal.any([limit.signal, this.#context.stopped, ...signal == null ? [] : [signal]])
    const answer = this.#inTurn(question, givenUp)

    try {
      return await unlessAborted(answer, givenUp)
    } catch (thrown) {
      throw signal?.aborted === true && thrown === signal.reason ? new AbortError('the wait was aborted', { cause: thrown }) : asError(thrown)
    } finally {
      timer.stop()
    }
  }

  /** Sends a handover on every stream that stands, synchronously, and returns how many they were. */
  handOver (frame: Uint8Array): number {
    const now = this.#context.environment.now()
    const streams = this.#streams.filter(stream => stream.isStanding && this.#allowance.handoversSaid.take(now))

    for (const stream of streams) {
      stream.handOver(frame)
    }

    return streams.length
  }

  /** Closes every stream in order. Never rejects. */
  async close (): Promise<void> {
    await Promise.all(this.#streams.map(async stream => { await stream.close() }))
  }

  async #removeWhenClosed (stream: ExchangeStream): Promise<void> {
    await stream.closed
    this.#streams.splice(this.#streams.indexOf(stream), 1)
    this.#release()
  }

  async #inTurn (question: Question, givenUp: AbortSignal): Promise<Answer> {
    const before = this.#turns
    const done = Promise.withResolvers<void>()

    this.#turns = done.promise
    this.#askers++

    try {
      await before
      givenUp.throwIfAborted()

      const stream = await this.#bestStream(givenUp)

      return await stream.ask(question)
    } finally {
      this.#askers--
      done.resolve()
      this.#release()
    }
  }

  #release (): void {
    if (this.isUnused) {
      this.#released()
    }
  }

  /**
   * The newest stream on a connection without limits; a new one on such a connection; the newest on a relayed connection
   * with limits; a new one there.
   */
  async #bestStream (signal: AbortSignal): Promise<ExchangeStream> {
    let failed: Error = new NotConnectedError('there is no connection to the peer')

    for (const isLimited of [false, true]) {
      const standing = this.#streams.findLast(stream => stream.isStanding && (stream.connection.limits != null) === isLimited)

      if (standing != null) {
        return standing
      }

      for (const connection of this.#connections(isLimited)) {
        try {
          return await this.#open(connection, signal)
        } catch (thrown) {
          failed = asError(thrown)

          if (signal.aborted || failed.name === 'UnsupportedProtocolError') {
            throw failed
          }
        }
      }
    }

    throw failed
  }

  /** Open ones, the newest first: it is the one that the peer still has. */
  #connections (isLimited: boolean): Connection[] {
    return this.#context.connections(this.#peer)
      .filter(connection => connection.status === 'open' && (connection.limits != null) === isLimited)
      .toSorted((one, other) => other.timeline.open - one.timeline.open)
  }

  async #open (connection: Connection, signal: AbortSignal): Promise<ExchangeStream> {
    const limit = new AbortController()
    const timer = this.#context.environment.startTimer(OPEN_TIMEOUT, () => {
      limit.abort(new NotAnsweredError(`no stream within ${OPEN_TIMEOUT} ms`))
    })
    const within = AbortSignal.any([signal, limit.signal])
    const opening = this.#newStream(connection, within)

    try {
      return this.take(await unlessAborted(opening, within), connection)
    } catch (thrown) {
      void giveUp(opening)

      throw thrown
    } finally {
      timer.stop()
    }
  }

  async #newStream (connection: Connection, signal: AbortSignal): Promise<Stream> {
    await endOfTurn()

    return await connection.newStream(this.#context.protocol, { signal, runOnLimitedConnection: true })
  }
}

/** Nobody waits for this stream any more. Never rejects. */
async function giveUp (opening: Promise<Stream>): Promise<void> {
  const [opened] = await Promise.allSettled([opening])

  if (opened.status === 'fulfilled') {
    opened.value.abort(new StreamGivenUpError('opened too late'))
  }
}
