import type { InvitationWord } from '../../src/wire/words.ts'
import type { Numbered } from './numbered.ts'
import type { Peer, PeerResult, PeerState } from './peer.ts'
import type { Rows } from './rows.ts'

/** A step of one process: what it is called, and the numbers of the state that it leads to and of what is said. */
export interface Step {
  readonly action: string
  readonly peer: number
  readonly say: number
  readonly broken: string | undefined
  /** Whether it does anything but let a call come out. */
  readonly disturbs: boolean
}

/** What is numbered in common for both sides. */
export interface Vocabulary {
  readonly states: Numbered<PeerState>
  readonly words: Numbered<InvitationWord>
  readonly rows: Rows
}

/** What happens to a process with its link, or with itself. */
export type Blow = 'link up' | 'link down' | 'crash'

const UNDISTURBING = new Set(['send', 'admit', 'accept', 'link up', 'link down'])

/** What one process can do, each step computed once by the machines and then looked up by the number of the process's state. */
export class Steps {
  readonly #peer: Peer
  readonly #isAllowed: (input: string) => boolean
  readonly #vocabulary: Vocabulary
  readonly #own: Array<readonly Step[]> = []
  readonly #heard: Step[][] = []
  readonly #blows: { readonly [B in Blow]: Step[] } = { 'link up': [], 'link down': [], crash: [] }

  constructor (peer: Peer, vocabulary: Vocabulary, isAllowed: (input: string) => boolean) {
    this.#peer = peer
    this.#vocabulary = vocabulary
    this.#isAllowed = isAllowed
  }

  /** What its user, its policy and its timers may do. */
  own (peer: number): readonly Step[] {
    return this.#own[peer] ??= this.#peer.inputs(this.#vocabulary.states.at(peer)).filter(this.#isAllowed).map(input => this.#apply(peer, input))
  }

  blow (peer: number, blow: Blow): Step {
    return this.#blows[blow][peer] ??= this.#apply(peer, blow)
  }

  hears (peer: number, word: number): Step {
    return (this.#heard[peer] ??= [])[word] ??= this.#hear(peer, this.#vocabulary.words.at(word))
  }

  #apply (peer: number, input: string): Step {
    return this.#step(input, this.#peer.apply(this.#vocabulary.states.at(peer), input), !UNDISTURBING.has(input))
  }

  #hear (peer: number, word: InvitationWord): Step {
    const reason = 'reason' in word ? ` ${word.reason}` : ''

    return this.#step(`hears ${word.kind.toUpperCase()}${reason} of ${word.id}`, this.#peer.hear(this.#vocabulary.states.at(peer), word), false)
  }

  #step (action: string, { state, say, broken }: PeerResult, disturbs: boolean): Step {
    const { states, words, rows } = this.#vocabulary

    return {
      action: `${this.#peer.side}: ${action}`,
      peer: states.numberOf(state),
      say: rows.numberOf(say.map(word => words.numberOf(word))),
      broken,
      disturbs
    }
  }
}
