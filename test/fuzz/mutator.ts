import { mutateBytes } from './byte-mutations.ts'
import { bytesOfPieces, fieldsOf, framesOf } from './pieces.ts'
import type { Lots } from './lots.ts'
import type { Piece } from './pieces.ts'
import type { InputForm, Target } from './target.ts'

/** Most changes that are made to one input. What comes of it that is new is changed again. */
const MOST_CHANGES = 2

/** How often an input is changed as if it had no form: once in so many times. */
const FORMLESS_ONCE_IN = 4

/** How often size does not matter: once in so many times. */
const LARGE_ONCE_IN = 8

/** How often an input has nothing to do with what there is: once in so many times. */
const RANDOM_ONCE_IN = 64

/** Most bytes of one that has not. */
const MAX_RANDOM_BYTES = 96

/**
 * Makes inputs out of others. Where they are frames, or fields of protobuf messages, it mostly changes what is in one of these, and gives it
 * the right length: of bytes that are changed anywhere, most would be refused for that before anything else is looked at.
 */
export class Mutator {
  readonly #form: InputForm
  readonly #maxBytes: number
  readonly #lots: Lots

  constructor ({ form, maxBytes }: Pick<Target, 'form' | 'maxBytes'>, lots: Lots) {
    this.#form = form
    this.#maxBytes = maxBytes
    this.#lots = lots
  }

  /** An input made of one or two of these. */
  mutate (population: readonly Uint8Array[]): Uint8Array {
    const lots = this.#lots
    let input = this.#pick(population)

    if (input == null || lots.once(RANDOM_ONCE_IN)) {
      return lots.bytes(lots.below(Math.min(this.#maxBytes, MAX_RANDOM_BYTES)))
    }

    const other = this.#pick(population) ?? input

    for (let changes = 1 + lots.below(MOST_CHANGES); changes > 0; changes--) {
      input = this.#change(input, other, lots.once(FORMLESS_ONCE_IN) ? 'bytes' : this.#form)
    }

    return input.subarray(0, this.#maxBytes)
  }

  /** Mostly the smaller one of two: with what large ones take, many small ones are read. */
  #pick (population: readonly Uint8Array[]): Uint8Array | undefined {
    const one = this.#lots.oneOf(population)
    const other = this.#lots.oneOf(population)

    return one == null || other == null || one.length <= other.length || this.#lots.once(LARGE_ONCE_IN) ? one : other
  }

  #change (input: Uint8Array, other: Uint8Array, form: InputForm): Uint8Array {
    switch (form) {
      case 'bytes':
        return mutateBytes(input, this.#lots, other)
      case 'fields':
        return this.#changePieces(input, fieldsOf(input), fieldsOf(other) ?? [])
      case 'frames':
        return this.#changePieces(input, framesOf(input), framesOf(other))
    }
  }

  #changePieces (input: Uint8Array, pieces: Piece[] | undefined, others: readonly Piece[]): Uint8Array {
    const lots = this.#lots
    const piece = pieces == null ? undefined : lots.oneOf(pieces)

    if (pieces == null || piece == null) {
      return mutateBytes(input, lots, input)
    }

    const at = pieces.indexOf(piece)
    const other = lots.oneOf(others) ?? piece

    switch (lots.below(8)) {
      case 0:
        pieces.splice(at, 1)
        break
      case 1:
        pieces.splice(lots.below(pieces.length + 1), 0, piece)
        break
      case 2:
        pieces.splice(lots.below(pieces.length + 1), 0, other)
        break
      case 3:
        pieces.splice(at, 1, other)
        break
      case 4:
        pieces.push(...pieces.splice(at, 1))
        break
      default:
        pieces.splice(at, 1, this.#changePiece(piece, other))
    }

    return bytesOfPieces(pieces)
  }

  /** What is in a frame, or in a field, may be fields again. */
  #changePiece ({ tag, value, content }: Piece, other: Piece): Piece {
    if (content == null) {
      return { tag, value: mutateBytes(value ?? new Uint8Array(), this.#lots, other.value ?? tag) }
    }

    return { tag, content: this.#change(content, other.content ?? content, this.#lots.once(FORMLESS_ONCE_IN) ? 'bytes' : 'fields') }
  }
}
