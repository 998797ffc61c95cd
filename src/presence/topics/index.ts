/**
 * How a room is named on gossipsub, and how what is said in it is sealed. A room is open, or has a secret: then its
 * topics, one for each day, tell an outsider neither its name nor that they belong together, and what is said on them is
 * encrypted. SPEC.md has the construction, and what an outsider can see all the same.
 *
 * It imports nothing of presence; time is passed in, and nothing here waits or keeps a timer.
 */
import { OpenTopics } from './open-topics.ts'
import { SecretTopics } from './secret-topics.ts'
import { systemEnvironment } from '../../environment/index.ts'
import type { Environment } from '../../environment/index.ts'
import type { AbortOptions } from '@libp2p/interface'

export { DEFAULT_PROTOCOL_PREFIX, MAX_ROOM_NAME_BYTES, SEAL_OVERHEAD } from './constants.ts'
export * from './errors.ts'
export { readTopic } from './topic-names.ts'
export type { TopicName } from './topic-names.ts'

/** Where a room is at some time. */
export interface TopicPlan {
  /** The one topic to publish on. */
  readonly speak: string
  /** The topics to be subscribed to; `speak` is the first of them. */
  readonly listen: readonly string[]
  /** When to ask again, milliseconds since 1970; `Infinity` if never. */
  readonly until: number
}

/** The topics of one room. */
export interface RoomTopics {
  /**
   * Domain of the signatures on the room's records. It is the same for as long as the room has its name and secret, and
   * another for any other room: a record that was signed for one room means nothing in another. That of a room with a
   * secret is known to its members only.
   */
  readonly domain: string

  /** Whether the room has a secret, so that what is said is sealed. */
  readonly isSealed: boolean

  /** Where to speak and to listen at that time (milliseconds since 1970). */
  at(date: number): Promise<TopicPlan>

  /**
   * Makes of bytes what may be published on the topic: `SEAL_OVERHEAD` longer in a room with a secret, the same in an
   * open one.
   *
   * @param topic - one that `at` has named lately
   * @throws {InvalidArgumentError} not such a topic
   */
  seal(topic: string, bytes: Uint8Array): Promise<Uint8Array>

  /**
   * The bytes that were sealed.
   *
   * @throws {WrongSecretError} they were not sealed with this room's secret, or for another topic, or are damaged
   */
  open(topic: string, bytes: Uint8Array): Promise<Uint8Array>
}

/**
 * A room that everyone finds who knows its name.
 *
 * @param name - 1 to 128 bytes as UTF-8, which the caller has checked
 * @param prefix - first part of the topic
 * @throws {InvalidArgumentError} the name looks like the topic of a room with a secret
 */
export function openTopics (name: string, prefix: string): RoomTopics {
  return new OpenTopics(name, prefix)
}

/**
 * A room for those who know its name and its secret. It takes a moment, by design: that is what each guess at the secret
 * costs.
 *
 * @param name - 1 to 128 bytes as UTF-8, which the caller has checked
 * @param secret - 8 to 1,024 bytes, or text of as many as UTF-8 after NFC, so that it does not matter on which keyboard
 * an accent was typed. Whoever listens to the room's topics can go on guessing at it for as long as they like: sixteen
 * random bytes cannot be guessed, a password of eight letters can
 * @param prefix - first part of the topics
 * @throws {InvalidArgumentError} the secret is neither text nor bytes, is too short or too long, or no Unicode
 * @throws {InsecureContextError} the page is not secure
 * @throws {AbortError} when the signal aborts
 */
export async function secretTopics (name: string, secret: string | Uint8Array, prefix: string, options: AbortOptions = {}, environment: Environment = systemEnvironment): Promise<RoomTopics> {
  return SecretTopics.derive(name, secret, prefix, options, environment)
}
