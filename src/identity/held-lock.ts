import type { Locks } from './tab.ts'

/** A Web Lock that this page holds until it releases it, or is gone. */
export class HeldLock {
  readonly #end: () => void
  readonly #ended: Promise<unknown>

  private constructor (end: () => void, ended: Promise<unknown>) {
    this.#end = end
    this.#ended = ended
  }

  /** The lock, if nobody holds it. */
  static async ifFree (locks: Locks, name: string): Promise<HeldLock | undefined> {
    return await HeldLock.#request(locks, name, { ifAvailable: true })
  }

  /**
   * The lock, once nobody else holds it.
   *
   * @throws the signal's reason, when it aborts before that
   */
  static async whenFree (locks: Locks, name: string, signal: AbortSignal): Promise<HeldLock | undefined> {
    return await HeldLock.#request(locks, name, { signal })
  }

  static async #request (locks: Locks, name: string, options: { ifAvailable?: true, signal?: AbortSignal }): Promise<HeldLock | undefined> {
    const { promise: end, resolve: letGo } = Promise.withResolvers<void>()
    const { promise: asked, resolve: answer, reject: fail } = Promise.withResolvers<boolean>()
    const ended = locks.request(name, options, async (lock) => {
      answer(lock != null)

      if (lock != null) {
        await end
      }
    })

    ended.catch(fail)

    return await asked ? new HeldLock(letGo, ended) : undefined
  }

  /** Resolves when another may have it. */
  async release (): Promise<void> {
    this.#end()
    // a lock can be stolen, and has then ended with an error before this
    await this.#ended.catch(() => {})
  }
}
