/** Two numbers go into one of 32 bits. */
const GREATEST_NUMBER = 0xffff

/** Things that are equal get the same number, counted from 0. */
export class Numbered<T> {
  readonly #byText = new Map<string, number>()
  readonly #items: T[] = []

  numberOf (item: T): number {
    const text = JSON.stringify(item)
    let number = this.#byText.get(text)

    if (number == null) {
      number = this.#items.push(item) - 1
      this.#byText.set(text, number)

      if (number > GREATEST_NUMBER) {
        throw new Error(`more than ${GREATEST_NUMBER} different things to number: tighten the bounds`)
      }
    }

    return number
  }

  at (number: number): T {
    const item = this.#items[number]

    if (item == null) {
      throw new Error(`nothing has the number ${number}`)
    }

    return item
  }
}
