/** Lets those who do something about the same thing do it one after the other, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Does it when all before it have, whether they failed or not. Settles as it does. */
  async take<T> (name: string, act: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name)
    const done = (async () => {
      await before?.catch(() => {})

      return act()
    })()

    this.#last.set(name, done)

    try {
      return await done
    } finally {
      if (this.#last.get(name) === done) {
        this.#last.delete(name)
      }
    }
  }
}
