import { Replacements } from './replacements.ts'
import type { Chance } from './chance.ts'

type Method = (...parameters: unknown[]) => Promise<unknown>

/**
 * What in the process would make two runs differ, replaced: `Math.random` and the random bytes of `crypto` come from a seed; and what
 * `crypto.subtle` works on, off the event loop, comes back in the order in which it was asked for, and is known of until
 * then.
 */
export class SeededWorld {
  readonly #chance: Chance
  readonly #replacements = new Replacements()
  #pending = 0
  /** Settles, and never rejects, when the last of what was asked of `crypto.subtle` has come back. */
  #last: Promise<unknown> = Promise.resolve()

  constructor (chance: Chance) {
    this.#chance = chance
    this.#replacements.replace(Math, 'random', () => chance.random())
    this.#replacements.replace(crypto, 'getRandomValues', <T extends ArrayBufferView>(array: T): T => {
      chance.overwrite(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))

      return array
    })
    this.#replacements.replace(crypto, 'randomUUID', () => this.#uuid())
    this.#followSubtle()
  }

  /** Whether something of `crypto.subtle` is under way. */
  get isBusy (): boolean {
    return this.#pending > 0
  }

  /** Resolves when what is under way by now has come back. */
  async untilBack (): Promise<void> {
    await this.#last
  }

  putBack (): void {
    this.#replacements.putBack()
  }

  /** Pages that are not secure have no `crypto.subtle`. */
  #followSubtle (): void {
    const { subtle }: { subtle?: SubtleCrypto } = crypto

    if (subtle == null) {
      return
    }

    for (const name of Object.getOwnPropertyNames(SubtleCrypto.prototype)) {
      const method: unknown = Reflect.get(subtle, name)

      if (name !== 'constructor' && typeof method === 'function') {
        this.#replacements.replace(subtle, name, async (...parameters: unknown[]) =>
          await this.#inOrder(Reflect.apply(method as Method, subtle, parameters)))
      }
    }
  }

  async #inOrder (work: Promise<unknown>): Promise<unknown> {
    const both = Promise.allSettled([work, this.#last])

    this.#pending++
    this.#last = both
    await both
    this.#pending--

    return await work
  }

  #uuid (): string {
    const bytes = this.#chance.bytes(16)

    // version 4, variant 1 (RFC 9562 §5.4)
    bytes[6] = bytes[6]! & 0x0f | 0x40
    bytes[8] = bytes[8]! & 0x3f | 0x80

    return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }
}
