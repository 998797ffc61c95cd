/** How many of something each of many has, by name. Whoever has none takes no memory. */
export class Counts {
  readonly #counts = new Map<string, number>()

  /** How many have any. */
  get size (): number {
    return this.#counts.size
  }

  of (name: string): number {
    return this.#counts.get(name) ?? 0
  }

  add (name: string): void {
    this.#counts.set(name, this.of(name) + 1)
  }

  /** One that was added. */
  remove (name: string): void {
    const left = this.of(name) - 1

    if (left > 0) {
      this.#counts.set(name, left)
    } else {
      this.#counts.delete(name)
    }
  }

  clear (): void {
    this.#counts.clear()
  }
}
