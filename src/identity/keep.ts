import { generateKeyPair } from '@libp2p/crypto/keys'
import { defaultLogger } from '@libp2p/logger'
import { abortError, asError, InvalidArgumentError, throwIfAborted } from '../errors/index.ts'
import { DEFAULT_NAME, MAX_NAME_LENGTH, STORAGE_TIME } from './constants.ts'
import { Devices } from './devices.ts'
import { DamagedKeyError, NotKeptError } from './errors.ts'
import { KeptIdentity } from './kept-identity.ts'
import { makeKey, readOrMakeKey } from './kept-key.ts'
import type { HeldDevice } from './devices.ts'
import type { Identity, IdentityInit } from './index.ts'
import type { OpenDatastore, Tab } from './tab.ts'
import type { Environment } from '../environment/index.ts'
import type { AbortOptions, ComponentLogger, Logger, PrivateKey } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'

/** What the keeping of one identity works with. */
interface Keeping {
  readonly name: string
  readonly tab: Tab
  readonly environment: Environment
  readonly logger: ComponentLogger
  readonly signal: AbortSignal | undefined
}

/**
 * @throws {InvalidArgumentError} the name is none
 * @throws {DamagedKeyError} what the app's own datastore has in place of the key is none
 * @throws {AbortError}
 */
export async function keep ({ name = DEFAULT_NAME, datastore, logger = defaultLogger(), signal }: IdentityInit & AbortOptions, environment: Environment, tab: Tab): Promise<Identity> {
  // the name of a lock may not begin with a hyphen
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH || name.startsWith('-')) {
    throw new InvalidArgumentError(`name: text of 1 to ${MAX_NAME_LENGTH} characters, the first no hyphen`)
  }

  throwIfAborted(signal)

  if (datastore != null) {
    return await keepIn(datastore, signal)
  }

  try {
    return await keepInBrowser({ name, tab, environment, logger, signal })
  } catch (thrown) {
    throwIfAborted(signal)

    const reason = thrown instanceof NotKeptError ? thrown : new NotKeptError('the browser keeps nothing here', { cause: asError(thrown) })

    return KeptIdentity.notKept(reason, await generateKeyPair('Ed25519'))
  }
}

async function keepIn (datastore: Datastore, signal: AbortSignal | undefined): Promise<Identity> {
  try {
    return KeptIdentity.in(datastore, await readOrMakeKey(datastore, signal == null ? {} : { signal }))
  } catch (thrown) {
    throwIfAborted(signal)

    throw asError(thrown)
  }
}

async function keepInBrowser (keeping: Keeping): Promise<Identity> {
  const { openDatabase } = keeping.tab

  if (openDatabase == null) {
    throw new NotKeptError('there is no IndexedDB here to keep a key in')
  }

  const device = await new Devices(keeping).take()

  try {
    throwIfAborted(keeping.signal)

    return await inStorageTime(keeping, async (signal) => openDevice(device, openDatabase, keeping.logger, signal))
  } catch (thrown) {
    await device.release()

    throw thrown
  }
}

/** Nothing stays open if the signal has aborted by the end, however late the browser answers. */
async function openDevice (device: HeldDevice, openDatabase: (name: string) => Promise<OpenDatastore>, logger: ComponentLogger, signal: AbortSignal): Promise<Identity> {
  const datastore = await openDatabase(device.name)

  try {
    const privateKey = await readOrReplaceKey(datastore, logger.forComponent('libp2p:invitation:identity'), signal)

    signal.throwIfAborted()

    return KeptIdentity.of({ device, datastore }, privateKey)
  } catch (thrown) {
    await datastore.close()

    throw thrown
  }
}

async function readOrReplaceKey (datastore: Datastore, log: Logger, signal: AbortSignal): Promise<PrivateKey> {
  try {
    return await readOrMakeKey(datastore, { signal })
  } catch (thrown) {
    if (!(thrown instanceof DamagedKeyError)) {
      throw thrown
    }

    log.error('a new key takes the place of a damaged one - %e', thrown)

    return await makeKey(datastore, { signal })
  }
}

/** Does the work unless it takes too long, or the app gives up: then it goes on alone, and is to undo what it did. */
async function inStorageTime<T> ({ environment, signal }: Keeping, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController()
  const { promise: givenUp, reject: giveUp } = Promise.withResolvers<never>()
  const end = (error: Error): void => {
    limit.abort(error)
    giveUp(error)
  }
  const abort = (): void => { end(abortError(signal)) }
  const timer = environment.startTimer(STORAGE_TIME, () => { end(new NotKeptError(`the browser did not open its database within ${STORAGE_TIME} ms`)) })

  signal?.addEventListener('abort', abort)

  try {
    return await Promise.race([work(limit.signal), givenUp])
  } finally {
    timer.stop()
    signal?.removeEventListener('abort', abort)
  }
}
