import { MemoryDatastore } from 'datastore-core'
import type { Locks, OpenDatastore, Tab } from '../../src/identity/index.ts'

interface LockRequest {
  readonly tab: StandInTab
  grant(): void
}

/** A database that says so when two have it open at a time. */
class StandInDatabase extends MemoryDatastore implements OpenDatastore {
  isOpen = false

  async close (): Promise<void> {
    this.isOpen = false
  }
}

/** A browser with one origin: its tabs share locks and databases. It goes by the Web Locks API as far as `Locks` has it. */
export class StandInBrowser {
  readonly databases: Map<string, StandInDatabase> = new Map()
  readonly #locks = new Map<string, LockRequest[]>()

  openTab (session: Map<string, string> = new Map()): StandInTab {
    return new StandInTab(this, session)
  }

  /** Names of the locks that are held, or waited for. */
  get locks (): string[] {
    return [...this.#locks.keys()]
  }

  openDatabase (name: string): StandInDatabase {
    const database = this.databases.get(name) ?? new StandInDatabase()

    if (database.isOpen) {
      throw new Error(`${name} is open in another tab`)
    }

    this.databases.set(name, database)
    database.isOpen = true

    return database
  }

  /** The first in a queue has the lock. */
  async request (tab: StandInTab, name: string, { ifAvailable, signal }: Parameters<Locks['request']>[1], granted: Parameters<Locks['request']>[2]): Promise<void> {
    signal?.throwIfAborted()

    const queue = this.#locks.get(name) ?? []

    if (ifAvailable === true && queue.length > 0) {
      await granted(null)

      return
    }

    await new Promise<void>((resolve, reject) => {
      const request: LockRequest = {
        tab,
        grant: () => {
          signal?.removeEventListener('abort', abort)
          granted({}).finally(() => { this.#leave(name, request) }).then(resolve, reject)
        }
      }
      const abort = (): void => {
        this.#leave(name, request)
        reject(signal?.reason as Error)
      }

      signal?.addEventListener('abort', abort, { once: true })
      this.#locks.set(name, queue)

      if (queue.push(request) === 1) {
        request.grant()
      }
    })
  }

  /** A page is gone: nothing runs there any more, and all of its locks are free. */
  close (tab: StandInTab): void {
    for (const [name, queue] of this.#locks) {
      for (const request of queue.filter(one => one.tab === tab)) {
        this.#leave(name, request)
        this.databases.get(name)!.isOpen = false
      }
    }
  }

  #leave (name: string, request: LockRequest): void {
    const queue = this.#locks.get(name) ?? []
    const index = queue.indexOf(request)

    if (index !== -1) {
      queue.splice(index, 1)
    }

    if (queue.length === 0) {
      this.#locks.delete(name)
    } else if (index === 0) {
      queue[0]!.grant()
    }
  }
}

/** What one document of a tab has. */
export class StandInTab implements Tab {
  readonly #browser: StandInBrowser
  readonly #session: Map<string, string>

  constructor (browser: StandInBrowser, session: Map<string, string>) {
    this.#browser = browser
    this.#session = session
  }

  readonly locks: Locks = {
    request: async (name, options, granted) => this.#browser.request(this, name, options, granted)
  }

  readonly session: Pick<Storage, 'getItem' | 'setItem'> = {
    getItem: (key) => this.#session.get(key) ?? null,
    setItem: (key, value) => { this.#session.set(key, value) }
  }

  readonly openDatabase = async (name: string): Promise<OpenDatastore> => this.#browser.openDatabase(name)

  /** The document that takes the place of this one, which is not gone yet. */
  reload (): StandInTab {
    return this.#browser.openTab(this.#session)
  }

  duplicate (): StandInTab {
    return this.#browser.openTab(new Map(this.#session))
  }

  /** Closed, or crashed: the browser sees no difference. */
  close (): void {
    this.#browser.close(this)
  }
}
