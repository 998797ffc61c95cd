import type { Datastore } from 'interface-datastore'

/** A datastore that is open until it is closed. */
export interface OpenDatastore extends Datastore {
  close(): Promise<void>
}

/** What of a browser's Web Locks is used: https://w3c.github.io/web-locks/ */
export interface Locks {
  /**
   * Calls `granted` with the lock, or with null where it was asked for only if it is free and is not. It is held until what
   * that returns has resolved, or the page is gone.
   */
  request(name: string, options: { ifAvailable?: true, signal?: AbortSignal }, granted: (lock: object | null) => Promise<void>): Promise<unknown>
}

/** A tab, as far as keeping things goes. What it does not have is undefined. */
export interface Tab {
  /** Shared by all tabs of one origin. */
  readonly locks: Locks | undefined
  /** Outlives a reload of this tab; a tab that is duplicated takes a copy along. */
  readonly session: Pick<Storage, 'getItem' | 'setItem'> | undefined
  /** Opens the database of that name, shared by all tabs of one origin. */
  readonly openDatabase: ((name: string) => Promise<OpenDatastore>) | undefined
}

/** What this code runs in, be it a page, a worker (which has no session storage) or Node (which has no databases). */
export function currentTab (): Tab {
  const { navigator, indexedDB }: { navigator?: { locks?: Locks }, indexedDB?: IDBFactory } = globalThis

  return {
    locks: navigator?.locks,
    session: sessionStorageOf(globalThis),
    openDatabase: indexedDB == null ? undefined : openDatabase
  }
}

/** Where a browser was told to store nothing, to look at it throws. */
function sessionStorageOf (scope: { sessionStorage?: Storage }): Storage | undefined {
  try {
    return scope.sessionStorage
  } catch {
    return undefined
  }
}

async function openDatabase (name: string): Promise<OpenDatastore> {
  // not loaded where there is no IndexedDB
  const { IDBDatastore } = await import('datastore-idb')
  const datastore = new IDBDatastore(name)

  await datastore.open()

  return datastore
}
