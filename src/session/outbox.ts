import { costOf } from './parts.ts'
import type { Payload } from '../wire/index.ts'
import type { Part } from './parts.ts'

/** A message on its way out: whoever sends it knows it again by this. */
export interface Outgoing {
  readonly parts: readonly Payload[]
}

interface Said<Message> {
  readonly part: Part
  readonly cost: number
  /** The message that is wholly said with this part. */
  readonly message: Message | undefined
}

/**
 * What one side of a session says on one lane: numbers the parts of its messages, holds back what the other side has no room for, and
 * keeps what was said until the other has it, to say it again on the next stream. Pure.
 *
 * ```
 *  put ──▶ waiting ──say──▶ unheard ──hear──▶ heard
 * ```
 */
export class Outbox<Message extends Outgoing> {
  /** Messages of which something is still to be said, the oldest first. */
  readonly #waiting: Message[] = []
  /** How many parts of the first of them were said. */
  #saidOfFirst = 0
  #waitingCost = 0
  /** What was said and not heard, in order. */
  readonly #unheard: Array<Said<Message>> = []
  #unheardCost = 0
  #said = 0
  #heard = 0
  /** How much may be unheard. */
  #window = 0

  /** What is still to be said, in cost. */
  get waitingCost (): number {
    return this.#waitingCost
  }

  /** What was said and not heard: to be said again, in order, on a stream that is new. */
  get unheard (): Part[] {
    return this.#unheard.map(({ part }) => part)
  }

  /** The messages that the other side does not wholly have, as far as this side knows. */
  get unfinished (): Message[] {
    return [...this.#unheard.flatMap(({ message }) => message ?? []), ...this.#waiting]
  }

  put (message: Message): void {
    this.#waiting.push(message)
    this.#waitingCost += sum(message.parts)
  }

  /** Takes a message back; answers false if a part of it was said already. */
  withdraw (message: Message): boolean {
    const at = this.#waiting.indexOf(message)

    if (at < 0 || (at === 0 && this.#saidOfFirst > 0)) {
      return false
    }

    this.#waiting.splice(at, 1)
    this.#waitingCost -= sum(message.parts)

    return true
  }

  /** The next part, which counts as said by that; `undefined` if there is none, or no room for what it costs, or it may not go. */
  say (mayGo: (cost: number) => boolean): Part | undefined {
    const message = this.#waiting[0]
    const payload = message?.parts[this.#saidOfFirst]

    if (message == null || payload == null) {
      return undefined
    }

    const cost = costOf(payload)

    if (this.#unheardCost + cost > this.#window || !mayGo(cost)) {
      return undefined
    }

    this.#saidOfFirst++

    const more = this.#saidOfFirst < message.parts.length
    const part: Part = { number: ++this.#said, payload, more }

    this.#unheard.push({ part, cost, message: more ? undefined : message })
    this.#unheardCost += cost
    this.#waitingCost -= cost

    if (!more) {
      this.#waiting.shift()
      this.#saidOfFirst = 0
    }

    return part
  }

  /**
   * The other side has all parts up to one, and takes more for as much as its window says. What comes late, after one that
   * says more, is not news.
   *
   * Returns the messages that it has wholly now, and what all the parts cost; `undefined` if it claims to have what was
   * never said.
   */
  hear (heard: number, window: number): { messages: Message[], cost: number } | undefined {
    const messages: Message[] = []
    let cost = 0

    if (heard > this.#said) {
      return undefined
    }

    if (heard === this.#heard) {
      this.#window = Math.max(this.#window, window)
    } else if (heard > this.#heard) {
      for (const said of this.#unheard.splice(0, heard - this.#heard)) {
        cost += said.cost

        if (said.message != null) {
          messages.push(said.message)
        }
      }

      this.#heard = heard
      this.#unheardCost -= cost
      this.#window = window
    }

    return { messages, cost }
  }
}

const sum = (parts: readonly Payload[]): number => parts.reduce((total, part) => total + costOf(part), 0)
