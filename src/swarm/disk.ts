import { MemoryDatastore } from 'datastore-core/memory'
import type { AbortOptions } from '@libp2p/interface'
import type { Key } from 'interface-datastore'

/** What one run of a node keeps beyond its end. A crash seals it: what that run would still write is not kept. */
export class Disk extends MemoryDatastore {
  /** As it was written, since the store itself can be read by promises only. */
  readonly #kept = new Map<string, { readonly key: Key, readonly value: Uint8Array }>()
  #isSealed = false

  /** The same once more, for another run. */
  copy (): Disk {
    const copy = new Disk()

    for (const { key, value } of this.#kept.values()) {
      void copy.put(key, value)
    }

    return copy
  }

  seal (): void {
    this.#isSealed = true
  }

  override put (key: Key, value: Uint8Array, options?: AbortOptions): Key | Promise<Key> {
    if (this.#isSealed) {
      return key
    }

    this.#kept.set(key.toString(), { key, value })

    return super.put(key, value, options)
  }

  override delete (key: Key, options?: AbortOptions): void | Promise<void> {
    if (!this.#isSealed) {
      this.#kept.delete(key.toString())

      return super.delete(key, options)
    }
  }
}
