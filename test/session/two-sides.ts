import { Inbox } from '../../src/session/inbox.ts'
import { Outbox } from '../../src/session/outbox.ts'
import { WINDOW } from '../../src/session/constants.ts'
import type { Receipt } from '../../src/session/inbox.ts'
import type { Outgoing } from '../../src/session/outbox.ts'
import type { Part } from '../../src/session/parts.ts'
import type { Payload } from '../../src/wire/index.ts'

export type Side = 'lower' | 'higher'

/** What may happen next: what a side does, what a stream does. */
export type Action =
  | { readonly does: 'send', readonly side: Side, readonly parts: readonly string[] }
  | { readonly does: 'read', readonly side: Side }
  /** The first word on a stream arrives; of several that are under way on streams, this one. */
  | { readonly does: 'arrive', readonly to: Side, readonly stream: number }
  /** The stream that both write on dies. What is under way on it arrives late, or is lost. */
  | { readonly does: 'cut' }
  /** What is under way on a dead stream to one side is lost. */
  | { readonly does: 'lose', readonly to: Side, readonly stream: number }
  /** A new stream stands, and both say again what is unheard. */
  | { readonly does: 'stand' }
  /** One side goes on with another stream, though the old one lives. Only the higher says again what is unheard. */
  | { readonly does: 'move', readonly side: Side }

type Said = { readonly part: Part } | { readonly receipt: Receipt }

interface Stream {
  isDead: boolean
  readonly to: { readonly [To in Side]: Said[] }
}

class One {
  readonly outbox: Outbox<Outgoing> = new Outbox()
  readonly inbox: Inbox = new Inbox()
  /** What its user sent, and the other's user has read. */
  readonly sent: string[] = []
  readonly read: Payload[] = []
  /** How many of its messages it knows to have come. */
  heard = 0
  /** All that outbox and inbox were asked: what they are in follows from it. */
  history = ''
  writesOn = 0
}

const OTHER = { lower: 'higher', higher: 'lower' } as const

/** Two sides of a session, by the outbox and inbox that ship, with streams between them that do the worst that they may. */
export class TwoSides {
  readonly sides: { readonly [S in Side]: One } = { lower: new One(), higher: new One() }
  readonly streams: Stream[] = [newStream()]
  /** What a rule was broken by, if anything: no action of an honest side may. */
  broken: string | undefined

  constructor (window: number = WINDOW) {
    this.sides.lower.outbox.hear(0, window)
    this.sides.higher.outbox.hear(0, window)
  }

  get stands (): boolean {
    return this.streams.at(-1)?.isDead === false
  }

  /** Two worlds with the same one go on in the same way. */
  get fingerprint (): string {
    const { lower, higher } = this.sides

    return JSON.stringify([lower.history, lower.writesOn, higher.history, higher.writesOn, this.streams])
  }

  /** The streams that have words under way to that side. */
  under (to: Side): number[] {
    return [...this.streams.keys()].filter(stream => this.streams[stream]!.to[to].length > 0)
  }

  take (action: Action): void {
    switch (action.does) {
      case 'send': {
        const one = this.sides[action.side]

        one.outbox.put({ parts: action.parts })
        one.history += `send ${action.parts.length} `
        one.sent.push(action.parts.join(''))
        this.#speak(action.side)
        break
      }
      case 'read': {
        const message = this.sides[action.side].inbox.read()

        if (message != null) {
          this.sides[action.side].read.push(message)
          this.sides[action.side].history += 'read '
          this.#speak(action.side)
        }

        break
      }
      case 'arrive': {
        const said = this.streams[action.stream]?.to[action.to].shift()

        if (said != null) {
          this.#hear(action.to, said)
        }

        break
      }
      case 'cut':
        this.streams.at(-1)!.isDead = true
        break
      case 'lose':
        this.streams[action.stream]!.to[action.to].length = 0
        break
      case 'stand':
        this.streams.push(newStream())
        this.#writeOnLast('lower', true)
        this.#writeOnLast('higher', true)
        break
      case 'move':
        this.streams.push(newStream())
        this.#writeOnLast(action.side, action.side === 'higher')
        break
    }
  }

  /** Lets everything come to rest: no stream dies any more, and both read all. */
  settle (): void {
    if (!this.stands) {
      this.take({ does: 'stand' })
    }

    for (let before = -1, now = 0; before !== now;) {
      before = now

      for (const to of ['lower', 'higher'] as const) {
        for (const stream of this.under(to)) {
          this.take({ does: 'arrive', to, stream })
          now++
        }

        while (this.sides[to].inbox.hasUnread) {
          this.take({ does: 'read', side: to })
          now++
        }
      }
    }
  }

  /** What of all that must always hold does not. */
  fault (): string | undefined {
    for (const side of ['lower', 'higher'] as const) {
      const { sent } = this.sides[side]
      const { read } = this.sides[OTHER[side]]

      if (read.some((message, index) => message !== sent[index])) {
        return `${side} sent ${sent.join(', ')}, and ${read.join(', ')} was read`
      }
    }

    return this.broken
  }

  /** What is missing when all has come to rest. */
  missing (): string | undefined {
    for (const side of ['lower', 'higher'] as const) {
      const { sent, heard, outbox } = this.sides[side]
      const { read } = this.sides[OTHER[side]]

      if (read.length < sent.length || heard < sent.length || outbox.unfinished.length > 0) {
        return `${side} sent ${sent.length}, ${read.length} were read and ${heard} heard of`
      }
    }

    return undefined
  }

  #writeOnLast (side: Side, saysAgain: boolean): void {
    const one = this.sides[side]

    one.writesOn = this.streams.length - 1

    if (saysAgain) {
      this.#say(side, [{ receipt: one.inbox.giveReceipt() }, ...one.outbox.unheard.map(part => ({ part }))])
    }

    this.#speak(side)
  }

  #speak (side: Side): void {
    const { inbox, outbox, writesOn } = this.sides[side]

    if (this.streams[writesOn]!.isDead) {
      return
    }

    if (inbox.owesReceipt) {
      this.#say(side, [{ receipt: inbox.giveReceipt() }])
    }

    for (let part = outbox.say(() => true); part != null; part = outbox.say(() => true)) {
      this.#say(side, [{ part }])
    }
  }

  #say (side: Side, said: readonly Said[]): void {
    this.sides[side].history += said.map(written).join('')
    this.streams[this.sides[side].writesOn]!.to[OTHER[side]].push(...said)
  }

  #hear (side: Side, said: Said): void {
    const one = this.sides[side]

    one.history += `hears ${written(said)}`

    if ('part' in said) {
      if (!one.inbox.take(said.part)) {
        this.broken ??= `${side} takes part ${said.part.number} for a breach`
      }
    } else {
      const news = one.outbox.hear(said.receipt.heard, said.receipt.window)

      one.heard += news?.messages.length ?? 0

      if (news == null) {
        this.broken ??= `${side} takes the receipt of ${said.receipt.heard} for a breach`
      }
    }

    this.#speak(side)
  }
}

const newStream = (): Stream => ({ isDead: false, to: { lower: [], higher: [] } })

const written = (said: Said): string => 'part' in said ? `part ${said.part.number} ` : `receipt ${said.receipt.heard} ${said.receipt.window} `
