import { link, mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { toString } from 'uint8arrays/to-string'
import { OTHERS_RIGHTS, OWNER_ONLY_DIRECTORY, OWNER_ONLY_FILE } from './constants.ts'
import { RefusedError } from './errors.ts'
import { codeOf, reasonOf } from './system-errors.ts'
import type { Environment } from '../../environment/index.ts'
import type { PrivateKey } from '@libp2p/interface'

/**
 * The relay's key, which its peer id and so every address of it comes from: read from the file, or made (Ed25519) and
 * written there if there is none. The file is the protobuf form that libp2p programs in other languages keep, too.
 *
 * @throws {RefusedError} the file cannot be read or written, is no key, or others may read it, as ssh does it
 */
export async function keepKey (path: string, environment: Pick<Environment, 'randomBytes'>): Promise<PrivateKey> {
  return await readKey(path) ?? await makeKey(path, environment)
}

/** @returns undefined if there is no such file */
async function readKey (path: string): Promise<PrivateKey | undefined> {
  const bytes = await readKeyFile(path)

  if (bytes == null) {
    return undefined
  }

  try {
    return privateKeyFromProtobuf(bytes)
  } catch (cause) {
    throw new RefusedError(`--key: ${path} is not the private key of a libp2p peer`, { cause })
  }
}

async function readKeyFile (path: string): Promise<Uint8Array | undefined> {
  try {
    await using file = await open(path)
    const status = await file.stat()

    if (!status.isFile()) {
      throw new RefusedError(`--key: ${path} is no file`)
    }

    // as ssh does: files that somebody else owns, such as secrets mounted into a container, are their owner's to guard
    if ((status.mode & OTHERS_RIGHTS) !== 0 && status.uid === process.getuid?.()) {
      throw new RefusedError(`--key: others may use ${path}; take that away with: chmod 600 ${path}`)
    }

    return await file.readFile()
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') {
      return undefined
    }

    throw thrown instanceof RefusedError ? thrown : new RefusedError(`--key: ${path} cannot be read: ${reasonOf(thrown)}`, { cause: thrown })
  }
}

async function makeKey (path: string, environment: Pick<Environment, 'randomBytes'>): Promise<PrivateKey> {
  const key = await generateKeyPair('Ed25519')
  const draft = `${path}.${toString(environment.randomBytes(8), 'base16')}`

  try {
    await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_DIRECTORY })
    await writeDraft(draft, privateKeyToProtobuf(key))

    try {
      // not a rename: of two relays started at once, neither may take the other's key away
      await link(draft, path)
    } finally {
      await unlink(draft)
    }

    return key
  } catch (thrown) {
    const other = codeOf(thrown) === 'EEXIST' ? await readKey(path) : undefined

    if (other == null) {
      throw new RefusedError(`--key: ${path} cannot be written: ${reasonOf(thrown)}`, { cause: thrown })
    }

    return other
  }
}

async function writeDraft (path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, 'wx', OWNER_ONLY_FILE)

  await file.writeFile(bytes)
  // the name must not outlive a power cut that its content does not
  await file.sync()
}
