import { byteStream } from '@libp2p/utils'
import { pipe } from 'it-pipe'
import { asError } from '../../errors/index.ts'
import { ANSWER_TIMEOUT, CLOSE_TIMEOUT, HALF_MESSAGE_TIMEOUT, MAX_UNREAD_BYTES } from './constants.ts'
import {
  BusyError,
  HalfMessageError,
  NotAnsweredError,
  SecondQuestionError,
  StreamEndedError,
  StreamGivenUpError,
  TooOftenError,
  UnaskedPageError,
  UnknownRoomError
} from './errors.ts'
import { FrameSplitter } from './frame-splitter.ts'
import { decodeMessage, encodeFrame } from './message-codec.ts'
import { MessageWriter } from './message-writer.ts'
import type { Connection, Stream } from '@libp2p/interface'
import type { ByteStream } from '@libp2p/utils'
import type { Uint8ArrayList } from 'uint8arraylist'
import type { Timer } from '../../environment/index.ts'
import type { ExchangeContext } from './exchange-context.ts'
import type { Answer, Question } from './index.ts'
import type { AskMessage, Message, PageMessage } from './messages.ts'
import type { PeerAllowance } from './peer-allowance.ts'

/** A question that is on its way. */
interface OpenQuestion {
  readonly id: number
  readonly answered: PromiseWithResolvers<Answer>
}

/** The highest id of a question, 2^32 - 1; after it they begin again. */
const LAST_ID = 0xffff_ffff

/**
 * One stream of the exchange. Either side may ask on it, answer, and hand over.
 *
 * From its making on it reads, until the peer closes its side or either resets it; it closes or resets its own side on
 * every path. What the peer may not do resets it.
 */
export class ExchangeStream {
  readonly connection: Connection
  /** Resolves, and never rejects, when it is over. */
  readonly closed: Promise<void>
  readonly #stream: Stream
  readonly #allowance: PeerAllowance
  readonly #context: ExchangeContext
  readonly #writer: MessageWriter
  #isStanding = true
  /** Why it was reset from here. */
  #cause: Error | undefined
  /** Ours, that the peer has not answered. */
  #question: OpenQuestion | undefined
  #lastId = 0
  /** Whether there is one of the peer's that is not answered. */
  #isAnswering = false
  #ownSideClosed: Promise<void> | undefined
  /** Runs while a message has begun and not ended. */
  #halfMessage: Timer | undefined

  constructor (stream: Stream, connection: Connection, allowance: PeerAllowance, context: ExchangeContext) {
    this.#stream = stream
    this.#allowance = allowance
    this.#context = context
    this.connection = connection
    this.#writer = new MessageWriter(stream, context.environment, (error) => { this.abort(error) })
    this.closed = this.#run()
  }

  /** Whether it can be written to. */
  get isStanding (): boolean {
    return this.#isStanding && this.#stream.writeStatus === 'writable'
  }

  /**
   * Asks, and waits for the page. To be called when no question is on its way. Whoever gives up waiting leaves the question
   * on its way; a peer that has not answered it in time has the stream reset.
   *
   * @throws {StreamEndedError}
   * @throws {UnknownRoomError}
   * @throws {BusyError}
   */
  async ask (question: Question): Promise<Answer> {
    if (!this.isStanding) {
      throw new StreamEndedError('the stream ended before the question was said')
    }

    const id = this.#lastId = this.#lastId % LAST_ID + 1
    const answered = Promise.withResolvers<Answer>()
    const limit = this.#context.environment.startTimer(ANSWER_TIMEOUT, () => {
      this.abort(new NotAnsweredError(`no answer for ${ANSWER_TIMEOUT} ms`))
    })

    this.#question = { id, answered }
    this.#writer.send(encodeFrame({ kind: 'ask', id, ...question }))

    try {
      return await answered.promise
    } finally {
      limit.stop()
    }
  }

  /** Sends a handover, synchronously. */
  handOver (frame: Uint8Array): void {
    this.#writer.send(frame)
  }

  /** Closes it in order, and resets it if the peer does not close its side in time. Never rejects. */
  async close (): Promise<void> {
    await this.#orGiveUp(Promise.all([this.#closeOwnSide(), this.closed]))
  }

  /** Resets it, both ways, at once. */
  abort (error: Error): void {
    this.#cause ??= error
    this.#isStanding = false
    this.#writer.stop()
    this.#stream.abort(error)
  }

  async #run (): Promise<void> {
    // made here and now: a reader that attaches later than its stream's handler may miss the end
    const bytes = byteStream(this.#stream, { maxBufferSize: MAX_UNREAD_BYTES })

    try {
      await pipe(
        chunks(bytes),
        (source) => this.#frames(source),
        messages,
        async (source) => {
          for await (const message of source) {
            this.#heard(message)
          }
        }
      )

      await this.#orGiveUp(this.#closeOwnSide())
    } catch (thrown) {
      this.abort(asError(thrown))
    } finally {
      this.#isStanding = false
      this.#writer.stop()
      this.#question?.answered.reject(new StreamEndedError('the stream ended before the answer came', { cause: this.#cause }))
      this.#question = undefined
      this.#context.log('stream with %p ended%s', this.connection.remotePeer, this.#cause == null ? '' : `: ${this.#cause.name}`)
    }
  }

  /** The frames in the bytes that the peer sends. What has begun must end in time. */
  async * #frames (source: AsyncIterable<Uint8ArrayList>): AsyncGenerator<Uint8Array> {
    const splitter = new FrameSplitter()

    try {
      for await (const chunk of source) {
        for (const frame of splitter.framesIn(chunk)) {
          this.#stopHalfMessage()
          yield frame
        }

        if (splitter.isInFrame) {
          this.#halfMessage ??= this.#context.environment.startTimer(HALF_MESSAGE_TIMEOUT, () => {
            this.abort(new HalfMessageError(`a message took longer than ${HALF_MESSAGE_TIMEOUT} ms`))
          })
        }
      }
    } finally {
      this.#stopHalfMessage()
    }
  }

  #stopHalfMessage (): void {
    this.#halfMessage?.stop()
    this.#halfMessage = undefined
  }

  #heard (message: Message | undefined): void {
    if (!this.#isStanding) {
      // it is being closed: what still comes is read so that the end can be, and no more
      return
    }

    switch (message?.kind) {
      case 'ask':
        if (this.#isAnswering) {
          throw new SecondQuestionError('a question before the last one was answered')
        }

        void this.#answer(message)
        break
      case 'page':
        this.#heardPage(message)
        break
      case 'handover':
        this.#countHandover()
        this.#context.desk.handedOver(this.connection.remotePeer, message.topic, message.message)
        break
      case undefined:
        this.#countHandover()
        break
    }
  }

  /** Reading goes on meanwhile: the desk may take its time. */
  async #answer (ask: AskMessage): Promise<void> {
    this.#isAnswering = true

    try {
      // whoever does not read gets no further page
      await this.#writer.unblocked()

      if (!this.isStanding) {
        return
      }

      const page = await this.#context.answerer.answer(ask, this.#allowance)

      if (this.isStanding) {
        this.#isAnswering = false
        this.#writer.send(encodeFrame(page))
      }
    } catch (thrown) {
      this.abort(asError(thrown))
    }
  }

  #heardPage ({ id, outcome, entries, next }: PageMessage): void {
    const question = this.#question

    if (question?.id !== id) {
      throw new UnaskedPageError('a page that nobody asked for')
    }

    this.#question = undefined

    switch (outcome) {
      case 'page':
        question.answered.resolve({ entries, ...(next != null && { next }) })
        break
      case 'same':
        question.answered.resolve('same')
        break
      case 'unknown-room':
        question.answered.reject(new UnknownRoomError('the peer is not in that room'))
        break
      case 'busy':
        question.answered.reject(new BusyError('the peer answers nobody for now'))
        break
    }
  }

  #countHandover (): void {
    if (!this.#allowance.handoversHeard.take(this.#context.environment.now())) {
      throw new TooOftenError('the peer hands over too much')
    }
  }

  async #closeOwnSide (): Promise<void> {
    this.#isStanding = false

    this.#ownSideClosed ??= (async () => {
      try {
        await this.#stream.close()
      } catch (thrown) {
        this.abort(asError(thrown))
      }
    })()

    await this.#ownSideClosed
  }

  async #orGiveUp (done: Promise<unknown>): Promise<void> {
    const timer = this.#context.environment.startTimer(CLOSE_TIMEOUT, () => {
      this.abort(new StreamGivenUpError('the peer did not close its side in time'))
    })

    try {
      await done
    } finally {
      timer.stop()
    }
  }
}

/** All that the peer sends. Throws if the stream is reset meanwhile, and ends when for whatever reason nothing more can come. */
async function * chunks (bytes: ByteStream<Stream>): AsyncGenerator<Uint8ArrayList> {
  for (let chunk = await bytes.read(); chunk != null; chunk = await bytes.read()) {
    yield chunk
  }
}

/** `undefined` for each of a kind that this version does not know. */
async function * messages (frames: AsyncIterable<Uint8Array>): AsyncGenerator<Message | undefined> {
  for await (const frame of frames) {
    yield decodeMessage(frame)
  }
}
