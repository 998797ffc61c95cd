import { secretTopics } from '../../../src/presence/topics/index.ts'
import topicVectors from '../../vectors/topics.json' with { type: 'json' }
import type { RoomTopics } from '../../../src/presence/topics/index.ts'

export const PREFIX = 'libp2p-invitation'
export const NAME = 'family'
export const SECRET = 'correct horse battery staple'

export const HOUR = 3_600_000
export const DAY: number = 24 * HOUR

/** One of `test/vectors/topics.json`. SPEC.md says what it holds. */
export type TopicVector = {
  name: string
  prefix: string
  room: string
  domain: string
  days: Array<{ day: number, topic: string, bytes: string, sealed: string }>
} & ({ secret: string, secret_hex?: never } | { secret_hex: string, secret?: never })

export const vectors = topicVectors as TopicVector[]

/** The room of these tests, but for what is different. */
export async function room ({ name = NAME, secret = SECRET, prefix = PREFIX }: { name?: string, secret?: string | Uint8Array, prefix?: string } = {}): Promise<RoomTopics> {
  return secretTopics(name, secret, prefix)
}

/** The topic that a room speaks on at some time. */
export async function topicAt (topics: RoomTopics, date: number): Promise<string> {
  return (await topics.at(date)).speak
}
