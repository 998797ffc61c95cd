/**
 * The identity of this peer: its private key, kept, so that a page that was loaded anew is the same peer as before, and takes
 * the place that it had at its relays.
 *
 * No two tabs may have one key at a time: both would connect, and the relay would hand everything that comes for them to one,
 * while the other is deaf and hears of no error (measured; libp2p 3.3.11). So each tab is a device of its own. A browser's devices
 * have numbers, each with a key and a datastore, and a tab is the lowest that no other tab is. Which are taken is decided by Web
 * Locks, which a tab loses by itself when it closes or crashes. The first tab is always the same peer.
 *
 * - A tab that is loaded anew is the device that it was; it waits up to a second for its old document to be gone.
 * - A page in the cache of pages to go back to may come back, as the peer that it was, so it holds on to its device. When
 *   another page wants to be that device, Chromium drops the cached page, and the other has it at once (measured,
 *   Chromium 156); elsewhere it is another device after that second.
 * - Where no key can be kept there is one for this page load only, and the reason with it: on pages that are not secure, and
 *   where the browser was told to store nothing. So it is in Node, unless the app has a datastore.
 * - A browser may clear away what a site keeps; `navigator.storage.persist()` asks it not to.
 *
 * `createPeer` of `libp2p-invitation/peer` does all of this by itself.
 *
 * @example
 *
 * ```TypeScript
 * import { createLibp2p } from 'libp2p'
 * import { keepIdentity } from 'libp2p-invitation/identity'
 *
 * const identity = await keepIdentity()
 * const node = await createLibp2p({
 *   privateKey: identity.privateKey,
 *   ...(identity.datastore == null ? {} : { datastore: identity.datastore })
 *   // transports, connectionEncrypters, streamMuxers, services …
 * })
 *
 * if (!identity.isKept) {
 *   console.log(`after a reload this is another peer: ${identity.reason?.message}`)
 * }
 *
 * await node.stop()
 * await identity.release()
 * ```
 */
import { systemEnvironment } from '../environment/index.ts'
import { keep } from './keep.ts'
import { currentTab } from './tab.ts'
import type { AbortOptions, ComponentLogger, PrivateKey } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'
import type { Environment } from '../environment/index.ts'
import type { NotKeptError } from './errors.ts'
import type { Tab } from './tab.ts'

export { DamagedKeyError, NotKeptError } from './errors.ts'
export type { Locks, OpenDatastore, Tab } from './tab.ts'

export interface IdentityInit {
  /**
   * What the browser's databases and locks are called, 1 to 128 characters, the first no hyphen. Identities of other names are apart from these: an
   * app with two peers in one page gives each a name.
   *
   * @default 'libp2p-invitation'
   */
  name?: string

  /**
   * Keeps the key there in place of the browser's own databases. The app opens and closes it, and sees to it that it is
   * one peer's at a time.
   *
   * @default a database for each device of this browser
   */
  datastore?: Datastore

  /** Where it is logged that a damaged key was replaced. @default that of libp2p */
  logger?: ComponentLogger
}

/** Who this peer is. */
export interface Identity {
  readonly privateKey: PrivateKey

  /**
   * Which of this browser's devices it is, from 0 up. Undefined where there are none to tell apart: the key is not kept, or is
   * kept in a datastore of the app's own.
   */
  readonly device: number | undefined

  /** Whether it is the same the next time. */
  readonly isKept: boolean

  /** Why it is not. */
  readonly reason: NotKeptError | undefined

  /** Where it is kept. Use it as libp2p's `datastore` as well: it is this device's alone, and open until the release. */
  readonly datastore: Datastore | undefined

  /** Whether this browser's device was given back; then another tab may be it. */
  readonly isReleased: boolean

  /**
   * Closes the datastore, and gives the device back for other tabs. Stop the node first. Where there is no device nothing
   * happens: the app's own datastore stays open.
   */
  release(): Promise<void>
}

/**
 * This peer's identity: the key that was kept, or a new one (Ed25519) that is kept from now on. In a browser it is that of
 * a device that no other tab is, until it is released or the page is gone. A key of the browser's own databases that is
 * damaged, which nobody could mend there, is replaced by a new one.
 *
 * Time comes from `environment`, and what the browser has from `tab`; tests bring their own.
 *
 * @throws {InvalidArgumentError} the name is none
 * @throws {DamagedKeyError} what the app's own datastore has in place of the key is none; it is left as it is
 * @throws {AbortError} the signal aborted; nothing is held
 */
export async function keepIdentity (init: IdentityInit & AbortOptions = {}, environment: Environment = systemEnvironment, tab: Tab = currentTab()): Promise<Identity> {
  return await keep(init, environment, tab)
}
