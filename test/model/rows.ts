import { Numbered } from './numbered.ts'

/** The number of the empty row. */
export const NOTHING = 0

/** Rows of words under way. Rows and words are numbers; what becomes of a row is worked out once. */
export class Rows {
  readonly #rows = new Numbered<readonly number[]>()
  readonly #rests: number[] = []
  readonly #joined: number[][] = []

  constructor () {
    this.#rows.numberOf([])
  }

  numberOf (words: readonly number[]): number {
    return this.#rows.numberOf(words)
  }

  lengthOf (row: number): number {
    return this.#rows.at(row).length
  }

  /** The word that is heard next. */
  first (row: number): number {
    const [word] = this.#rows.at(row)

    if (word == null) {
      throw new Error('nothing is under way')
    }

    return word
  }

  /** What is left when that was heard. */
  rest (row: number): number {
    return this.#rests[row] ??= this.#rows.numberOf(this.#rows.at(row).slice(1))
  }

  /** One row, and another behind it. */
  join (row: number, behind: number): number {
    if (behind === NOTHING) {
      return row
    }

    return (this.#joined[row] ??= [])[behind] ??= this.#rows.numberOf([...this.#rows.at(row), ...this.#rows.at(behind)])
  }
}
