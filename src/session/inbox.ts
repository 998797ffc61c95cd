import { MAX_MESSAGE_BYTES } from '../wire/index.ts'
import { MAX_PARTS, PART_COST, TELL_ROOM, WINDOW } from './constants.ts'
import { bytesOf, costOf, join } from './parts.ts'
import type { Payload } from '../wire/index.ts'
import type { Part } from './parts.ts'

/** What this side has, and how much more it takes: what a receipt says. */
export interface Receipt {
  readonly heard: number
  readonly window: number
}

/**
 * What one side of a session hears on one lane: puts parts in order and together, each once, and keeps the messages until they are
 * read. It never keeps more than its window, 131,072 in cost. Pure.
 *
 * ```
 *  take ──▶ ahead ──in order──▶ assembling ──whole──▶ unread ──▶ read
 * ```
 */
export class Inbox {
  #heard = 0
  /** Parts that came before one that is still to come: words of two streams may change places. */
  readonly #ahead = new Map<number, Part>()
  #aheadCost = 0
  /** The parts that have come of a message that is not whole yet. */
  #assembling: Payload[] = []
  #assemblingBytes = 0
  readonly #unread: Array<{ readonly message: Payload, readonly cost: number }> = []
  /** What the parts of all messages cost that are unread, whole or not. */
  #keptCost = 0
  #hasNews = false
  /** What was read since the last receipt, in cost. */
  #readCost = 0

  /** Whether the other side has said anything here yet. */
  get hasHeard (): boolean {
    return this.#heard > 0
  }

  get hasUnread (): boolean {
    return this.#unread.length > 0
  }

  /** Whether the other side should be told what has come, or how much room there is. */
  get owesReceipt (): boolean {
    return this.#hasNews || this.#readCost >= TELL_ROOM
  }

  /**
   * Takes a part. One that came before is not kept, but owes a receipt again: the last one may be lost.
   *
   * Returns false if no peer that keeps to the rules says it: it is beyond the window, or the message that it belongs to
   * is too large, has too many parts, or is half text and half bytes.
   */
  take (part: Part): boolean {
    this.#hasNews = true

    if (part.number <= this.#heard || this.#ahead.has(part.number)) {
      return true
    }

    const cost = costOf(part.payload)

    if (part.number - this.#heard > WINDOW / PART_COST || this.#keptCost + this.#aheadCost + cost > WINDOW) {
      return false
    }

    this.#ahead.set(part.number, part)
    this.#aheadCost += cost

    for (let next = this.#ahead.get(this.#heard + 1); next != null; next = this.#ahead.get(this.#heard + 1)) {
      if (!this.#append(next)) {
        return false
      }
    }

    return true
  }

  /** The next message, if there is one; it is read by that. */
  read (): Payload | undefined {
    const next = this.#unread.shift()

    if (next != null) {
      this.#keptCost -= next.cost
      this.#readCost += next.cost
    }

    return next?.message
  }

  /** The receipt that is due now, and is given by that. */
  giveReceipt (): Receipt {
    this.#hasNews = false
    this.#readCost = 0

    return { heard: this.#heard, window: WINDOW - this.#keptCost }
  }

  #append (part: Part): boolean {
    const cost = costOf(part.payload)

    this.#heard = part.number
    this.#ahead.delete(part.number)
    this.#aheadCost -= cost
    this.#keptCost += cost
    this.#assembling.push(part.payload)
    this.#assemblingBytes += bytesOf(part.payload)

    if (this.#assembling.length > MAX_PARTS || this.#assemblingBytes > MAX_MESSAGE_BYTES) {
      return false
    }

    if (part.more) {
      return true
    }

    const message = join(this.#assembling)

    if (message == null) {
      return false
    }

    this.#unread.push({ message, cost: this.#assembling.length * PART_COST + this.#assemblingBytes })
    this.#assembling = []
    this.#assemblingBytes = 0

    return true
  }
}
