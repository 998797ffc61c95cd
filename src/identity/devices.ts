import { asError, throwIfAborted } from '../errors/index.ts'
import { MAX_DEVICES, RETURN_TIME } from './constants.ts'
import { NotKeptError } from './errors.ts'
import { HeldLock } from './held-lock.ts'
import type { Locks, Tab } from './tab.ts'
import type { Environment } from '../environment/index.ts'

/** One of a browser's devices, which no other tab is as long as this one holds it. */
export interface HeldDevice {
  readonly number: number
  /** Of its database, and of its lock. */
  readonly name: string
  /** Resolves when another tab may be it. */
  release(): Promise<void>
}

interface DevicesInit {
  readonly name: string
  readonly tab: Tab
  readonly environment: Environment
  /** Ends all waits. */
  readonly signal: AbortSignal | undefined
}

/** Chooses the device that a tab is. */
export class Devices {
  readonly #name: string
  readonly #tab: Tab
  readonly #environment: Environment
  readonly #signal: AbortSignal | undefined

  constructor ({ name, tab, environment, signal }: DevicesInit) {
    this.#name = name
    this.#tab = tab
    this.#environment = environment
    this.#signal = signal
  }

  /**
   * The device that this tab was before it was loaded anew, if it is free soon; else the lowest that is free now. What the
   * session storage says is a wish only, since a tab that was duplicated has its original's: the lock decides.
   *
   * @throws {NotKeptError} there are no locks here, or they are refused; or all devices are held
   * @throws {AbortError}
   */
  async take (): Promise<HeldDevice> {
    const { locks } = this.#tab

    if (locks == null) {
      throw new NotKeptError('there are no Web Locks here to keep two tabs from having one key: browsers give them to secure pages only (https, or localhost)')
    }

    const wished = this.#wish()
    const device = (wished == null ? undefined : await this.#return(locks, wished)) ?? await this.#takeLowest(locks)

    this.#remember(device.number)

    return device
  }

  async #return (locks: Locks, number: number): Promise<HeldDevice | undefined> {
    const limit = new AbortController()
    const timer = this.#environment.startTimer(RETURN_TIME, () => { limit.abort() })
    const signal = this.#signal == null ? limit.signal : AbortSignal.any([this.#signal, limit.signal])

    try {
      return this.#held(number, await HeldLock.whenFree(locks, this.#nameOf(number), signal))
    } catch (thrown) {
      throwIfAborted(this.#signal)

      if (!limit.signal.aborted) {
        throw refused(thrown)
      }
    } finally {
      timer.stop()
    }
  }

  async #takeLowest (locks: Locks): Promise<HeldDevice> {
    for (let number = 0; number < MAX_DEVICES; number++) {
      throwIfAborted(this.#signal)

      const device = this.#held(number, await this.#ifFree(locks, number))

      if (device != null) {
        return device
      }
    }

    throw new NotKeptError(`other tabs are all ${MAX_DEVICES} devices that this browser can be`)
  }

  async #ifFree (locks: Locks, number: number): Promise<HeldLock | undefined> {
    try {
      return await HeldLock.ifFree(locks, this.#nameOf(number))
    } catch (thrown) {
      throw refused(thrown)
    }
  }

  #held (number: number, lock: HeldLock | undefined): HeldDevice | undefined {
    return lock == null ? undefined : { number, name: this.#nameOf(number), release: async () => { await lock.release() } }
  }

  #nameOf (number: number): string {
    return `${this.#name}/device/${number}`
  }

  get #wishName (): string {
    return `${this.#name}/device`
  }

  #wish (): number | undefined {
    const wish = this.#tab.session?.getItem(this.#wishName)
    const number = Number(wish ?? NaN)

    return Number.isInteger(number) && number >= 0 && number < MAX_DEVICES ? number : undefined
  }

  #remember (number: number): void {
    try {
      this.#tab.session?.setItem(this.#wishName, String(number))
    } catch {
      // the storage is full: a reload then takes the lowest device that is free
    }
  }
}

function refused (thrown: unknown): NotKeptError {
  return new NotKeptError('the browser refuses Web Locks here', { cause: asError(thrown) })
}
