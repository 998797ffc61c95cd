import { Numbers } from './numbers.ts'

/** States of the world that were reached, each four whole numbers of 32 bits, numbered as they come: an open hash table. */
export class KnownStates {
  /** How many there are. */
  size = 0
  readonly #parts = new Numbers()
  /** Where a hash points to, or at the next free place after that: the number of its state plus one; 0 is free. */
  #table = new Int32Array(4_096)

  /** The number of a state; one that is new gets the next. */
  numberOf (a: number, b: number, c: number, d: number): number {
    const mask = this.#table.length - 1
    let place = hash(a, b, c, d) & mask

    for (let entry = this.#table[place] ?? 0; entry !== 0; entry = this.#table[place] ?? 0) {
      const at = 4 * (entry - 1)

      if (this.#parts.at(at) === a && this.#parts.at(at + 1) === b && this.#parts.at(at + 2) === c && this.#parts.at(at + 3) === d) {
        return entry - 1
      }

      place = (place + 1) & mask
    }

    this.#table[place] = ++this.size
    this.#parts.push(a)
    this.#parts.push(b)
    this.#parts.push(c)
    this.#parts.push(d)

    if (2 * this.size > this.#table.length) {
      this.#spread()
    }

    return this.size - 1
  }

  #spread (): void {
    const table = new Int32Array(2 * this.#table.length)
    const mask = table.length - 1

    for (let number = 0; number < this.size; number++) {
      const at = 4 * number
      let place = hash(this.#parts.at(at), this.#parts.at(at + 1), this.#parts.at(at + 2), this.#parts.at(at + 3)) & mask

      while (table[place] !== 0) {
        place = (place + 1) & mask
      }

      table[place] = number + 1
    }

    this.#table = table
  }
}

function hash (a: number, b: number, c: number, d: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(d, 0x27d4eb2f)
  const mixedAgain = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)

  return mixedAgain ^ (mixedAgain >>> 13)
}
