import type { Logger } from '@libp2p/interface'
import type { Environment } from '../../environment/index.ts'
import { asError, PayloadTooLargeError } from '../../errors/index.ts'
import { TokenBucket } from '../../limits/index.ts'
import type { Rate } from '../../limits/index.ts'
import { MAX_PAGE_BYTES, MIN_ANSWER_COST, PAGE_BYTES_RATE } from './constants.ts'
import { TooOftenError } from './errors.ts'
import type { Answer, RoomDesk } from './index.ts'
import type { AskMessage, PageMessage } from './messages.ts'
import type { PeerAllowance } from './peer-allowance.ts'

const NOTHING = new Uint8Array()

/** Answers all questions of all peers, within what that may cost. */
export class Answerer {
  readonly #desk: RoomDesk
  readonly #environment: Environment
  readonly #log: Logger
  /** Bytes of pages for all askers together. */
  readonly #pageBytes: TokenBucket

  constructor (desk: RoomDesk, environment: Environment, log: Logger, pageBytesRate: Rate = PAGE_BYTES_RATE) {
    this.#desk = desk
    this.#environment = environment
    this.#log = log
    this.#pageBytes = new TokenBucket(pageBytesRate, environment.now())
  }

  /** @throws {TooOftenError} the peer was told to wait too often */
  async answer ({ id, topic, before, digest }: AskMessage, allowance: PeerAllowance): Promise<PageMessage> {
    if (!this.#reserve(allowance)) {
      if (!allowance.refusals.take(this.#environment.now())) {
        throw new TooOftenError('the peer asks on although it was told to wait')
      }

      return { kind: 'page', id, outcome: 'busy', entries: NOTHING }
    }

    let cost = MIN_ANSWER_COST

    try {
      const answer = await this.#askDesk({ topic, ...(before != null && { before }), ...(digest != null && { digest }) })

      if (answer == null || answer === 'same') {
        return { kind: 'page', id, outcome: answer ?? 'unknown-room', entries: NOTHING }
      }

      cost = Math.max(cost, answer.entries.byteLength)

      return { kind: 'page', id, outcome: 'page', ...answer }
    } catch (thrown) {
      this.#log.error('no answer about %s - %e', topic, asError(thrown))

      return { kind: 'page', id, outcome: 'busy', entries: NOTHING }
    } finally {
      this.#pageBytes.giveBack(this.#environment.now(), MAX_PAGE_BYTES - cost)
    }
  }

  async #askDesk (question: Parameters<RoomDesk['answer']>[0]): Promise<Answer | undefined> {
    const answer = await this.#desk.answer(question)

    if (typeof answer === 'object' && answer.entries.byteLength > MAX_PAGE_BYTES) {
      throw new PayloadTooLargeError(`a page has at most ${MAX_PAGE_BYTES} bytes`)
    }

    return answer
  }

  /** The largest page is set aside, since nobody knows yet how large it is. What one peer may is not spent on a crowd. */
  #reserve (allowance: PeerAllowance): boolean {
    const now = this.#environment.now()

    if (!this.#pageBytes.take(now, MAX_PAGE_BYTES)) {
      return false
    }

    if (allowance.questions.take(now)) {
      return true
    }

    this.#pageBytes.giveBack(now, MAX_PAGE_BYTES)

    return false
  }
}
