import { elementIn, rowFrom } from '../page/element.ts'

export interface RowsInit<Item> {
  readonly list: HTMLElement
  /** The id of what a row is made from; it has one button. */
  readonly template: string
  /** Puts into a row what it is to show now. */
  readonly describe: (row: HTMLLIElement, item: Item) => void
  /** Is told when the button in the row of an item is pressed. */
  readonly pressed: (item: Item) => void
}

/** The rows of a list. Each stays the same element for as long as what it shows is in the list, so that it keeps the focus. */
export class Rows<Item> {
  readonly #init: RowsInit<Item>
  readonly #rows = new Map<string, HTMLLIElement>()
  #items: ReadonlyMap<string, Item> = new Map()

  constructor (init: RowsInit<Item>) {
    this.#init = init
    init.list.replaceChildren()
  }

  /** Shows these and no others, in their order; each goes by a key of its own. */
  show (items: ReadonlyMap<string, Item>): void {
    const { list, describe } = this.#init

    this.#items = items

    for (const [key, row] of this.#rows) {
      if (!items.has(key)) {
        row.remove()
        this.#rows.delete(key)
      }
    }

    for (const [index, [key, item]] of [...items].entries()) {
      const row = this.#rows.get(key) ?? this.#make(key)

      describe(row, item)

      if (list.children[index] !== row) {
        list.insertBefore(row, list.children[index] ?? null)
      }
    }
  }

  #make (key: string): HTMLLIElement {
    const row = rowFrom(this.#init.template)

    this.#rows.set(key, row)
    elementIn(row, 'button', HTMLButtonElement).addEventListener('click', () => {
      const item = this.#items.get(key)

      if (item != null) {
        this.#init.pressed(item)
      }
    })

    return row
  }
}
