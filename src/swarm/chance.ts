/** Chance that a seed decides: the same seed, the same lots (xorshift128, Marsaglia 2003). Nothing to keep secrets with. */
export class Chance {
  readonly #state: Uint32Array
  readonly #seed: string

  /** @param seed - any text; another one gives other lots */
  constructor (seed: string) {
    this.#seed = seed
    this.#state = Uint32Array.from({ length: 4 }, (_, index) => hash(`${index} ${seed}`))

    // a state of nothing but zeros would stay so
    this.#state[0]! |= 1
  }

  /** Chance of its own for somebody, which does not depend on how many lots others draw. */
  of (name: string): Chance {
    return new Chance(`${this.#seed}/${name}`)
  }

  /** A number from 0 up to, not including, 1, with the 53 bits that `Math.random` has. */
  random (): number {
    return (this.#next() * 0x20_0000 + (this.#next() >>> 11)) / 0x20_0000_0000_0000
  }

  /** Puts bytes by chance in the place of all that there are. */
  overwrite (bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; at++) {
      bytes[at] = this.#next() >>> 16
    }
  }

  bytes (length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length)

    this.overwrite(bytes)

    return bytes
  }

  #next (): number {
    const state = this.#state
    const last = state[3]!
    const first = state[0]!
    const mixed = last ^ (last << 11)

    state.copyWithin(1, 0, 3)
    state[0] = mixed ^ (mixed >>> 8) ^ first ^ (first >>> 19)

    return state[0]
  }
}

/** 32 bits of a text (FNV-1a), then mixed, so that texts that are nearly the same have nothing in common. */
function hash (text: string): number {
  let value = 0x811c_9dc5

  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x0100_0193)
  }

  value = Math.imul(value ^ (value >>> 16), 0x7feb_352d)
  value = Math.imul(value ^ (value >>> 15), 0x846c_a68b)

  return (value ^ (value >>> 16)) >>> 0
}
