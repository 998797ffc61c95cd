import { fromString } from 'uint8arrays/from-string'
import { AbortError, InvalidArgumentError } from '../../errors/index.ts'
import { MAX_DAYS_KEPT, MAX_SECRET_BYTES, MIN_SECRET_BYTES, NONCE_BYTES, SEAL_OVERHEAD } from './constants.ts'
import { WrongSecretError } from './errors.ts'
import { RoomKeys } from './room-keys.ts'
import { planDays } from './rotation.ts'
import { secretDomain, secretTopic } from './topic-names.ts'
import type { RoomTopics, TopicPlan } from './index.ts'
import type { Environment } from '../../environment/index.ts'
import type { AbortOptions } from '@libp2p/interface'

/** One day of a room. */
interface Day {
  readonly topic: string
  readonly key: CryptoKey
}

/** The topics of a room with a secret: another one each day, and for each another key. */
export class SecretTopics implements RoomTopics {
  readonly domain: string
  readonly isSealed: boolean = true
  readonly #keys: RoomKeys
  readonly #prefix: string
  readonly #environment: Environment
  /** The days last asked for, the latest last. */
  readonly #days = new Map<number, Day>()

  private constructor (keys: RoomKeys, domain: string, prefix: string, environment: Environment) {
    this.#keys = keys
    this.domain = domain
    this.#prefix = prefix
    this.#environment = environment
  }

  /**
   * @throws {InvalidArgumentError} the secret is not as it must be
   * @throws {InsecureContextError}
   * @throws {AbortError}
   */
  static async derive (name: string, secret: string | Uint8Array, prefix: string, { signal }: AbortOptions, environment: Environment): Promise<SecretTopics> {
    const secretBytes = readSecret(secret)

    if (signal?.aborted === true) {
      throw abortError(signal)
    }

    const keys = await unlessAborted(RoomKeys.derive(name, secretBytes, prefix), signal)

    return new SecretTopics(keys, secretDomain(await keys.domain(), prefix), prefix, environment)
  }

  async at (date: number): Promise<TopicPlan> {
    const plan = planDays(date)
    const speak = await this.#day(plan.speak)
    const beside = plan.beside == null ? [] : [await this.#day(plan.beside)]

    return { speak: speak.topic, listen: [speak, ...beside].map(({ topic }) => topic), until: plan.until }
  }

  async seal (topic: string, bytes: Uint8Array): Promise<Uint8Array> {
    const key = this.#keyOf(topic)

    if (key == null) {
      throw new InvalidArgumentError('topic: one that this room was at lately')
    }

    const sealed = new Uint8Array(bytes.byteLength + SEAL_OVERHEAD)

    sealed.set(this.#environment.randomBytes(NONCE_BYTES))
    sealed.set(new Uint8Array(await crypto.subtle.encrypt(aesGcm(sealed, topic), key, Uint8Array.from(bytes))), NONCE_BYTES)

    return sealed
  }

  async open (topic: string, bytes: Uint8Array): Promise<Uint8Array> {
    const key = this.#keyOf(topic)

    if (key == null) {
      throw new WrongSecretError('not for a topic that this room was at lately')
    }

    const sealed = Uint8Array.from(bytes)

    try {
      return new Uint8Array(await crypto.subtle.decrypt(aesGcm(sealed, topic), key, sealed.subarray(NONCE_BYTES)))
    } catch (err) {
      throw new WrongSecretError('not sealed with this secret for this topic, or damaged', { cause: err })
    }
  }

  async #day (number: number): Promise<Day> {
    const day = this.#days.get(number) ?? {
      topic: secretTopic(await this.#keys.topic(number), this.#prefix),
      key: await this.#keys.key(number)
    }

    this.#days.delete(number)
    this.#days.set(number, day)

    for (const [oldest] of this.#days) {
      if (this.#days.size <= MAX_DAYS_KEPT) {
        break
      }

      this.#days.delete(oldest)
    }

    return day
  }

  #keyOf (topic: string): CryptoKey | undefined {
    return [...this.#days.values()].find(day => day.topic === topic)?.key
  }
}

/** The nonce is what the sealed bytes begin with; that they are for this topic is authenticated with them. */
function aesGcm (sealed: Uint8Array<ArrayBuffer>, topic: string): AesGcmParams {
  return { name: 'AES-GCM', iv: sealed.subarray(0, NONCE_BYTES), additionalData: fromString(topic) }
}

function readSecret (secret: unknown): Uint8Array<ArrayBuffer> {
  const isText = typeof secret === 'string'

  if (!isText && !(secret instanceof Uint8Array)) {
    throw new InvalidArgumentError('secret: text or a Uint8Array')
  }

  if (isText && !secret.isWellFormed()) {
    throw new InvalidArgumentError('secret: not well-formed Unicode')
  }

  const bytes = isText ? fromString(secret.normalize('NFC')) : Uint8Array.from(secret)

  if (bytes.byteLength < MIN_SECRET_BYTES || bytes.byteLength > MAX_SECRET_BYTES) {
    throw new InvalidArgumentError(`secret: ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes`)
  }

  return bytes
}

/** WebCrypto takes no signal: its work goes on to its end, unheard. */
async function unlessAborted<T> (work: Promise<T>, signal: AbortSignal | undefined | null): Promise<T> {
  if (signal == null) {
    return work
  }

  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => { reject(abortError(signal)) }

  signal.addEventListener('abort', abort, { once: true })

  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function abortError (signal: AbortSignal): AbortError {
  return new AbortError('the wait was aborted', { cause: signal.reason })
}
