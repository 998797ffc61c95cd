import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { Key } from 'interface-datastore/key'
import { PRIVATE_KEY_NAME } from './constants.ts'
import { DamagedKeyError } from './errors.ts'
import type { AbortOptions, PrivateKey } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'

const NAME = new Key(PRIVATE_KEY_NAME)

/**
 * The key that is in the datastore; if there is none, a new one (Ed25519) that is put there. It is kept in the protobuf form
 * that libp2p programs in other languages keep, too.
 *
 * @throws {DamagedKeyError} what is there is no key
 */
export async function readOrMakeKey (datastore: Datastore, options?: AbortOptions): Promise<PrivateKey> {
  // not `get` and its NotFoundError: a datastore may tell of other failures by that name
  return await datastore.has(NAME, options) ? readKey(await datastore.get(NAME, options)) : await makeKey(datastore, options)
}

/** A new key, in place of whatever is in the datastore. */
export async function makeKey (datastore: Datastore, options?: AbortOptions): Promise<PrivateKey> {
  const key = await generateKeyPair('Ed25519')

  await datastore.put(NAME, privateKeyToProtobuf(key), options)

  return key
}

function readKey (bytes: Uint8Array): PrivateKey {
  try {
    return privateKeyFromProtobuf(bytes)
  } catch (cause) {
    throw new DamagedKeyError(`what the datastore has as ${PRIVATE_KEY_NAME} is not the private key of a libp2p peer`, { cause })
  }
}
