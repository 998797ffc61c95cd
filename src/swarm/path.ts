import type { Chance } from './chance.ts'
import type { Pipe } from './pipe.ts'

/** What a way between two nodes is like. */
export interface PathShape {
  /** Milliseconds that bytes are on their way. */
  latency: number
  /** Up to so many milliseconds more, evenly. */
  jitter: number
  /** Bytes a second on one connection. */
  bandwidth: number
}

/** The way from one node to another, in that direction, with what is wrong with it. */
export class Path {
  readonly from: string
  readonly to: string
  readonly shape: PathShape
  readonly #chance: Chance
  readonly #pipes = new Set<Pipe>()
  #isParted = false
  #opened = Promise.withResolvers<void>()

  constructor (from: string, to: string, shape: PathShape, chance: Chance) {
    this.from = from
    this.to = to
    this.shape = { ...shape }
    this.#chance = chance
  }

  /** Whether nothing gets through. */
  get isParted (): boolean {
    return this.#isParted
  }

  /** Resolves when it is parted no more. */
  get opened (): Promise<void> {
    return this.#opened.promise
  }

  /** How long what is sent now is on its way, milliseconds. */
  delay (): number {
    const { latency, jitter } = this.shape

    return latency + (jitter === 0 ? 0 : Math.round(this.#chance.random() * jitter))
  }

  add (pipe: Pipe): void {
    this.#pipes.add(pipe)
  }

  remove (pipe: Pipe): void {
    this.#pipes.delete(pipe)
  }

  /** Holds what goes over connections that there are. */
  stall (): void {
    for (const pipe of this.#pipes) {
      pipe.stall()
    }
  }

  part (): void {
    this.#isParted = true

    for (const pipe of this.#pipes) {
      pipe.parted()
    }
  }

  /** Nothing is wrong any more; what was held sets out. */
  heal (): void {
    this.#isParted = false
    this.#opened.resolve()
    this.#opened = Promise.withResolvers()

    for (const pipe of this.#pipes) {
      pipe.heal()
    }
  }
}
