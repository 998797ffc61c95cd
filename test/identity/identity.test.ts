import { privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { MemoryDatastore } from 'datastore-core'
import { Key } from 'interface-datastore/key'
import { describe, expect, it } from 'vitest'
import { systemEnvironment } from '../../src/environment/index.ts'
import { DamagedKeyError, keepIdentity, NotKeptError } from '../../src/identity/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { StandInBrowser } from './stand-in-browser.ts'
import type { Identity, IdentityInit, OpenDatastore, Tab } from '../../src/identity/index.ts'
import type { AbortOptions } from '@libp2p/interface'

const KEY = new Key('/libp2p-invitation/identity/private-key')
const DAMAGED = Uint8Array.of(1, 2, 3)

const keep = async (tab: Tab, init: IdentityInit & AbortOptions = {}, environment = new HandMovedEnvironment()): Promise<Identity> => keepIdentity(init, environment, tab)

const refusing = async (): Promise<never> => { throw new DOMException('not here', 'SecurityError') }

/** What a tab has, but for what is given. */
const but = ({ locks, session, openDatabase }: Tab, other: Partial<Tab>): Tab => ({ locks, session, openDatabase, ...other })

const same = (a: Identity, b: Identity): boolean => a.privateKey.equals(b.privateKey)

describe('an identity in a browser', () => {
  it('is the same whenever a first tab is opened', async () => {
    const browser = new StandInBrowser()
    const tab = browser.openTab()
    const before = await keep(tab)

    tab.close()

    const after = await keep(browser.openTab())

    expect([before.isKept, before.device, before.reason, after.isKept, after.device]).toEqual([true, 0, undefined, true, 0])
    expect(before.privateKey.type).toBe('Ed25519')
    expect(same(before, after)).toBe(true)
  })

  it('is another one in each tab, at once, and the lowest that no other tab is', async () => {
    const browser = new StandInBrowser()
    const environment = new HandMovedEnvironment()
    const tabs = [browser.openTab(), browser.openTab(), browser.openTab()]
    const identities = await Promise.all(tabs.map(async tab => keep(tab, {}, environment)))

    expect(new Set(identities.map(({ device }) => device))).toEqual(new Set([0, 1, 2]))
    expect(new Set(identities.map(({ privateKey }) => privateKey.publicKey.toString())).size).toBe(3)

    const second = identities.findIndex(({ device }) => device === 1)

    tabs[second]!.close()

    const next = await keep(browser.openTab(), {}, environment)

    expect(next.device).toBe(1)
    expect(same(next, identities[second]!)).toBe(true)
    expect(environment.now()).toBe(0)
  })

  it('is the same after a reload, even if a lower one is free by then', async () => {
    const browser = new StandInBrowser()
    const [first, second] = [browser.openTab(), browser.openTab()]

    await keep(first)

    const before = await keep(second)

    first.close()
    second.close()

    const after = await keep(second.reload())

    expect([before.device, after.device]).toEqual([1, 1])
    expect(same(before, after)).toBe(true)
  })

  it('waits for the old document to be gone after a reload', async () => {
    const browser = new StandInBrowser()
    const environment = new HandMovedEnvironment()
    const tab = browser.openTab()
    const before = await keep(tab)
    const loading = keep(tab.reload(), {}, environment)

    await environment.pass(999)
    tab.close()

    const after = await loading

    expect(same(before, after)).toBe(true)
    expect(environment.pendingTimers).toBe(0)
  })

  it('is another one after a second, where the old document stays', async () => {
    const browser = new StandInBrowser()
    const environment = new HandMovedEnvironment()
    const tab = browser.openTab()
    const before = await keep(tab)
    const loading = keep(tab.reload(), {}, environment)

    await environment.pass(1_000)

    const after = await loading

    expect([before.device, after.device]).toEqual([0, 1])
    expect(environment.pendingTimers).toBe(0)
    tab.close()
    expect(browser.locks).toHaveLength(1)
  })

  it('is another one in a tab that was duplicated, from then on', async () => {
    const browser = new StandInBrowser()
    const environment = new HandMovedEnvironment()
    const original = browser.openTab()
    const copy = original.duplicate()

    await keep(original)

    const copied = original.duplicate()
    const loading = keep(copied, {}, environment)

    await environment.pass(1_000)

    const before = await loading

    copied.close()
    original.close()

    expect(before.device).toBe(1)
    expect((await keep(copied.reload())).device).toBe(1)
    // a copy that was made before there was anything to copy
    expect((await keep(copy)).device).toBe(0)
  })

  it('goes by nothing else that may be in the session storage', async () => {
    for (const wish of ['', 'none', '-1', '0.5', '256', '1e3']) {
      const browser = new StandInBrowser()
      const tab = browser.openTab(new Map([['libp2p-invitation/device', wish]]))

      expect((await keep(tab)).device).toBe(0)
    }
  })

  it('needs no session storage', async () => {
    const browser = new StandInBrowser()
    const { locks, openDatabase } = browser.openTab()
    const full = { getItem: () => null, setItem: () => { throw new DOMException('full', 'QuotaExceededError') } }
    const identities = [await keep({ locks, openDatabase, session: undefined }), await keep({ locks, openDatabase, session: full })]

    expect(identities.map(({ isKept, device }) => [isKept, device])).toEqual([[true, 0], [true, 1]])
  })

  it('has names of its own', async () => {
    const browser = new StandInBrowser()
    const tab = browser.openTab()
    const identities = [await keep(tab, { name: 'one' }), await keep(tab, { name: 'two' })]

    expect(identities.map(({ device }) => device)).toEqual([0, 0])
    expect(same(identities[0]!, identities[1]!)).toBe(false)
    expect([...browser.databases.keys()]).toEqual(['one/device/0', 'two/device/0'])

    for (const name of ['', '-one', 'n'.repeat(129)]) {
      await expect(keep(tab, { name })).rejects.toMatchObject({ name: 'InvalidArgumentError' })
    }
  })

  it('gives its device and its datastore back, once', async () => {
    const browser = new StandInBrowser()
    const first = await keep(browser.openTab())
    const database = browser.databases.get('libp2p-invitation/device/0')!

    expect(first.datastore).toBe(database)
    expect([first.isReleased, database.isOpen]).toEqual([false, true])
    await Promise.all([first.release(), first.release()])
    expect([first.isReleased, database.isOpen, browser.locks]).toEqual([true, false, []])

    const second = await keep(browser.openTab())

    await first.release()

    expect([second.device, same(first, second), database.isOpen]).toEqual([0, true, true])
    expect(browser.locks).toHaveLength(1)
  })

  it('gives its device back though its datastore does not close', async () => {
    const browser = new StandInBrowser()
    const identity = await keep(browser.openTab())

    browser.databases.get('libp2p-invitation/device/0')!.close = async () => { throw new Error('no') }

    await expect(identity.release()).rejects.toThrow('no')
    expect(browser.locks).toEqual([])
  })

  it('is a new one in place of one that is damaged, and stays that', async () => {
    const browser = new StandInBrowser()
    const before = await keep(browser.openTab())

    await before.datastore!.put(KEY, DAMAGED)
    await before.release()

    const after = await keep(browser.openTab())

    await after.release()

    const later = await keep(browser.openTab())

    expect([after.isKept, after.device]).toEqual([true, 0])
    expect(same(before, after)).toBe(false)
    expect(same(after, later)).toBe(true)
  })
})

describe('an identity that cannot be kept', () => {
  const { locks, session, openDatabase } = new StandInBrowser().openTab()

  it.each<[string, Tab, string]>([
    ['there are no locks', { locks: undefined, session, openDatabase }, 'there are no Web Locks'],
    ['there are no databases', { locks, session, openDatabase: undefined }, 'there is no IndexedDB'],
    ['locks are refused', { locks: { request: refusing }, session, openDatabase }, 'the browser refuses Web Locks'],
    ['databases are refused', { locks, session, openDatabase: refusing }, 'the browser keeps nothing']
  ])('is a new one each time, and says why, where %s', async (_, tab, reason) => {
    const [one, two] = [await keep(tab), await keep(tab)]

    expect([one.isKept, one.device, one.datastore]).toEqual([false, undefined, undefined])
    expect(one.reason).toBeInstanceOf(NotKeptError)
    expect(one.reason!.message).toContain(reason)
    expect(same(one, two)).toBe(false)
    await one.release()
    expect(one.isReleased).toBe(false)
  })

  it('says so where locks are refused to a tab that has had a device before', async () => {
    const browser = new StandInBrowser()
    const tab = browser.openTab()

    await keep(tab)

    const { reason } = await keep(but(tab, { locks: { request: refusing } }))

    expect(reason?.message).toContain('the browser refuses Web Locks')
    expect(reason?.cause).toMatchObject({ name: 'SecurityError' })
  })

  it('holds no device that another tab could be', async () => {
    const browser = new StandInBrowser()

    await keep(but(browser.openTab(), { openDatabase: refusing }))
    expect(browser.locks).toEqual([])

    const write = but(browser.openTab(), { openDatabase: async (name) => Object.assign(browser.openDatabase(name), { put: refusing }) })

    expect((await keep(write)).isKept).toBe(false)
    expect(browser.locks).toEqual([])
    expect(browser.databases.get('libp2p-invitation/device/0')!.isOpen).toBe(false)
  })

  it('does not wait for ever for a database, and closes one that opens too late', async () => {
    const browser = new StandInBrowser()
    const environment = new HandMovedEnvironment()
    const { promise: opening, resolve: open } = Promise.withResolvers<OpenDatastore>()
    const keeping = keep(but(browser.openTab(), { openDatabase: async () => opening }), {}, environment)

    await environment.pass(10_000)

    const { isKept, reason } = await keeping
    const database = browser.openDatabase('late')

    expect([isKept, reason?.message]).toEqual([false, 'the browser did not open its database within 10000 ms'])
    expect(browser.locks).toEqual([])
    expect(environment.pendingTimers).toBe(0)
    open(database)
    await environment.pass(0)
    expect(database.isOpen).toBe(false)
    expect(await database.has(KEY)).toBe(false)
  })

  it('is what the tab after the 256th has', async () => {
    const browser = new StandInBrowser()
    const { locks: all } = browser.openTab()

    for (let device = 0; device < 256; device++) {
      void all.request(`libp2p-invitation/device/${device}`, {}, async () => new Promise(() => {}))
    }

    expect((await keep(browser.openTab())).reason?.message).toContain('256')
  })
})

describe('an identity in a datastore of the app', () => {
  it('is kept there, in the form that other libp2p programs have, and leaves it open', async () => {
    const browser = new StandInBrowser()
    const datastore = new MemoryDatastore()
    const before = await keep(browser.openTab(), { datastore })

    expect([before.isKept, before.device, before.reason, before.datastore]).toEqual([true, undefined, undefined, datastore])
    expect(await datastore.get(KEY)).toEqual(privateKeyToProtobuf(before.privateKey))
    await before.release()
    expect(before.isReleased).toBe(false)
    expect(same(before, await keepIdentity({ datastore }))).toBe(true)
    expect([browser.locks, browser.databases.size]).toEqual([[], 0])
  })

  it('is refused if it is damaged, and left as it is', async () => {
    const datastore = new MemoryDatastore()

    await datastore.put(KEY, DAMAGED)

    await expect(keepIdentity({ datastore })).rejects.toThrow(DamagedKeyError)
    expect(await datastore.get(KEY)).toEqual(DAMAGED)
  })

  it('fails as the datastore does', async () => {
    class Closed extends MemoryDatastore {
      override has (): never {
        throw new Error('closed')
      }
    }

    await expect(keepIdentity({ datastore: new Closed() })).rejects.toThrow('closed')
  })
})

describe('keeping an identity', () => {
  const aborted = { name: 'AbortError' }

  it('does nothing if the signal has aborted before', async () => {
    const browser = new StandInBrowser()

    await expect(keep(browser.openTab(), { signal: AbortSignal.abort() })).rejects.toMatchObject(aborted)
    expect([browser.locks, browser.databases.size]).toEqual([[], 0])
  })

  it('can be given up while it waits for an old document', async () => {
    const browser = new StandInBrowser()
    const environment = new HandMovedEnvironment()
    const giveUp = new AbortController()
    const tab = browser.openTab()

    await keep(tab)

    const loading = keep(tab.reload(), { signal: giveUp.signal }, environment)

    giveUp.abort()
    await expect(loading).rejects.toMatchObject(aborted)
    tab.close()
    expect(browser.locks).toEqual([])
    expect(environment.pendingTimers).toBe(0)
  })

  it('can be given up while it waits for a database', async () => {
    const browser = new StandInBrowser()
    const environment = new HandMovedEnvironment()
    const giveUp = new AbortController()
    const { promise: opening, resolve: open } = Promise.withResolvers<OpenDatastore>()
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
    const keeping = keep(but(browser.openTab(), {
      openDatabase: async () => {
        ask()

        return opening
      }
    }), { signal: giveUp.signal }, environment)

    await asked
    giveUp.abort()
    await expect(keeping).rejects.toMatchObject(aborted)
    expect(browser.locks).toEqual([])
    expect(environment.pendingTimers).toBe(0)

    const database = browser.openDatabase('late')

    open(database)
    await expect.poll(() => database.isOpen).toBe(false)
  })

  it('can be given up while a datastore of the app is read', async () => {
    const giveUp = new AbortController()

    class Slow extends MemoryDatastore {
      override has (): never {
        giveUp.abort()
        throw giveUp.signal.reason
      }
    }

    await expect(keepIdentity({ datastore: new Slow(), signal: giveUp.signal }, systemEnvironment)).rejects.toMatchObject(aborted)
  })
})
