/** Whole numbers of 32 bits, as many as come, in flat memory: tens of millions are no burden. */
export class Numbers {
  #items = new Int32Array(1_024)
  length = 0

  push (item: number): void {
    if (this.length === this.#items.length) {
      const longer = new Int32Array(2 * this.length)

      longer.set(this.#items)
      this.#items = longer
    }

    this.#items[this.length++] = item
  }

  at (index: number): number {
    return this.#items[index] ?? 0
  }
}
