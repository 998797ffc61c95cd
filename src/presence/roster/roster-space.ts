/** How much a roster may hold. */
export interface RosterLimits {
  /** Most peers that are present. */
  readonly present: number
  /** For the signed records of those. */
  readonly space: RosterSpace
  /** Most peers that are gone of which the mark is kept, and of so many of them the last record. */
  readonly gone: number
  readonly goneTold: number
}

/** Bytes that many rosters share beside what each has for itself. */
export class CommonSpace {
  readonly bytes: number
  used = 0

  constructor (bytes: number) {
    this.bytes = bytes
  }
}

/**
 * The bytes of signed records that one roster may hold: so many of its own, which nobody else can take, and beyond them what is
 * left of a space in common, if there is one.
 */
export class RosterSpace {
  readonly #own: number
  readonly #common: CommonSpace | undefined
  #used = 0

  constructor (own: number, common?: CommonSpace) {
    this.#own = own
    this.#common = common
  }

  /** Whether there is room for so many bytes more. */
  has (bytes: number): boolean {
    const beyond = this.#beyond(this.#used + bytes) - this.#beyond(this.#used)

    return beyond <= (this.#common == null ? 0 : this.#common.bytes - this.#common.used)
  }

  /** Takes so many bytes, or gives them back where the number is below 0. */
  take (bytes: number): void {
    const before = this.#beyond(this.#used)

    this.#used += bytes

    if (this.#common != null) {
      this.#common.used += this.#beyond(this.#used) - before
    }
  }

  #beyond (bytes: number): number {
    return Math.max(bytes - this.#own, 0)
  }
}
