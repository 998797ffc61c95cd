import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { DERIVED_BYTES, KEY_STRETCHING_ROUNDS } from './constants.ts'
import { InsecureContextError } from './errors.ts'

/** What tells one use of a room's secret from any other. They are part of the protocol. */
const PURPOSES = {
  room: 'libp2p-invitation presence room',
  domain: 'libp2p-invitation presence domain',
  topic: 'libp2p-invitation presence topic',
  key: 'libp2p-invitation presence key'
}

/**
 * All that is derived from the name and the secret of a room. The secret itself is not kept, and what is made of it never
 * leaves WebCrypto but as a domain or a topic.
 *
 * PBKDF2 makes each guess at the secret dear; HKDF (RFC 5869) makes of its one result as many keys as are needed, of
 * which none tells anything of another.
 */
export class RoomKeys {
  readonly #root: CryptoKey

  private constructor (root: CryptoKey) {
    this.#root = root
  }

  /** @throws {InsecureContextError} */
  static async derive (name: string, secret: Uint8Array<ArrayBuffer>, prefix: string): Promise<RoomKeys> {
    if (globalThis.crypto?.subtle == null) {
      throw new InsecureContextError('a room with a secret needs a secure page: one that came by https, or from localhost')
    }

    const { subtle } = crypto
    const password = await subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveBits'])
    const stretched = new Uint8Array(await subtle.deriveBits({
      name: 'PBKDF2',
      hash: 'SHA-256',
      salt: saltOf(name, prefix),
      iterations: KEY_STRETCHING_ROUNDS
    }, password, DERIVED_BYTES * 8))
    const root = await subtle.importKey('raw', stretched, 'HKDF', false, ['deriveBits', 'deriveKey'])

    stretched.fill(0)

    return new RoomKeys(root)
  }

  /** The bytes of which the signature domain is made. */
  async domain (): Promise<Uint8Array> {
    return this.#bits(PURPOSES.domain)
  }

  /** The bytes of which the topic of a day is made. */
  async topic (day: number): Promise<Uint8Array> {
    return this.#bits(`${PURPOSES.topic} ${day}`)
  }

  /** The key that seals what is said on the topic of a day. */
  async key (day: number): Promise<CryptoKey> {
    return crypto.subtle.deriveKey(hkdf(`${PURPOSES.key} ${day}`), this.#root, { name: 'AES-GCM', length: DERIVED_BYTES * 8 }, false, ['encrypt', 'decrypt'])
  }

  async #bits (purpose: string): Promise<Uint8Array> {
    return new Uint8Array(await crypto.subtle.deriveBits(hkdf(purpose), this.#root, DERIVED_BYTES * 8))
  }
}

/** The root is as good as random, so HKDF needs no salt (RFC 5869 §3.1). */
function hkdf (purpose: string): HkdfParams {
  return { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: fromString(purpose) }
}

/** The same secret makes other keys in another room: no two names and prefixes make one salt. */
function saltOf (name: string, prefix: string): Uint8Array<ArrayBuffer> {
  const prefixBytes = fromString(prefix)

  return concat([fromString(PURPOSES.room), Uint8Array.of(0, prefixBytes.byteLength >> 8, prefixBytes.byteLength & 0xff), prefixBytes, fromString(name)])
}
