import { setTimeout } from 'node:timers/promises'
import type { Link } from '../../src/link/index.ts'
import type { InviteWord } from '../../src/wire/index.ts'
import type { RecordingListener } from './recording-listener.ts'
import { largeWord } from './words.ts'

/** So that all of them together are far from the bytes that a relay allows. */
const MAX_UNANSWERED = 8

interface Talker<Other> {
  readonly listener: RecordingListener
  to(other: Other): Link
}

/** One peer says words and the other answers each, as the room above does: what is unanswered is said again on `up`. */
export class Conversation<Node extends Talker<Node>> {
  readonly unanswered: Map<string, InviteWord> = new Map()
  readonly #from: Node
  readonly #to: Node
  #said = 0

  constructor (from: Node, to: Node) {
    this.#from = from
    this.#to = to
    to.listener.onHeard = (link, words) => { link.say(words.map(({ id }) => ({ kind: 'delivered', id }))) }
    from.listener.onUp = (link) => { link.say([...this.unanswered.values()]) }
    from.listener.onHeard = (_, words) => {
      for (const { id } of words) {
        this.unanswered.delete(id)
      }
    }
  }

  /** How many words were said, each for the first time. */
  get said (): number {
    return this.#said
  }

  /** Begins on both sides: something is owed from now on. */
  start (): void {
    this.#from.to(this.#to).setOwed(true)
    this.#to.to(this.#from).setOwed(true)
  }

  /** Says words of this size one after the other, while few are unanswered, until something is so. */
  async goesOn (bytes: number, until: () => boolean): Promise<void> {
    while (!until()) {
      if (this.unanswered.size < MAX_UNANSWERED) {
        const word = largeWord(this.#said++, bytes)

        this.unanswered.set(word.id, word)
        this.#from.to(this.#to).say([word])
      }

      await setTimeout(10)
    }
  }
}
