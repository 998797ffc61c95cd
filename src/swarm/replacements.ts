interface Replaced {
  readonly target: object
  readonly key: PropertyKey
  /** Undefined where the property was inherited, or not there at all. */
  readonly before: PropertyDescriptor | undefined
}

/** Properties of objects that are not ours, something else in their place, and how they were. */
export class Replacements {
  readonly #replaced: Replaced[] = []

  /** Puts a value where another one was. */
  replace (target: object, key: PropertyKey, value: unknown): void {
    this.#replaced.push({ target, key, before: Object.getOwnPropertyDescriptor(target, key) })
    Object.defineProperty(target, key, { value, configurable: true, writable: true })
  }

  /** Makes everything as it was. */
  putBack (): void {
    for (const { target, key, before } of this.#replaced.splice(0).toReversed()) {
      if (before == null) {
        Reflect.deleteProperty(target, key)
      } else {
        Object.defineProperty(target, key, before)
      }
    }
  }
}
