import { createDecipheriv, hkdfSync, pbkdf2Sync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { secretTopics } from '../../../src/presence/topics/index.ts'
import { bytesOf, hexOf } from '../../vectors/vectors.ts'
import { DAY, topicAt, vectors } from './rooms.ts'
import type { TopicVector } from './rooms.ts'

function secretOf ({ secret, secret_hex: hex }: TopicVector): string | Uint8Array {
  return secret ?? bytesOf(hex)
}

/** What SPEC.md says, in the words of OpenSSL: the vectors were made by a third implementation, in Python. */
function byOpenSsl (vector: TopicVector, purpose: string): Buffer {
  const secret = secretOf(vector)
  const prefix = Buffer.from(vector.prefix)
  const length = Buffer.alloc(2)

  length.writeUInt16BE(prefix.length)

  const salt = Buffer.concat([Buffer.from('libp2p-invitation presence room\0'), length, prefix, Buffer.from(vector.room)])
  const password = typeof secret === 'string' ? Buffer.from(secret.normalize('NFC')) : secret
  const root = pbkdf2Sync(password, salt, 600_000, 32, 'sha256')

  return Buffer.from(hkdfSync('sha256', root, '', `libp2p-invitation presence ${purpose}`, 32))
}

describe.each(vectors.map(vector => [vector.name, vector] as const))('a room with a secret, as in the vectors: %s', (_, vector) => {
  it('has this domain and these topics', async () => {
    const topics = await secretTopics(vector.room, secretOf(vector), vector.prefix)

    expect(topics.domain).toBe(vector.domain)

    for (const { day, topic } of vector.days) {
      expect(await topicAt(topics, (day + 0.5) * DAY)).toBe(topic)
    }
  })

  it('opens what is sealed for them', async () => {
    const topics = await secretTopics(vector.room, secretOf(vector), vector.prefix)

    for (const { day, topic, sealed, bytes } of vector.days) {
      await topics.at((day + 0.5) * DAY)
      expect(hexOf(await topics.open(topic, bytesOf(sealed)))).toBe(bytes)
    }
  })

  it('is the same to another implementation', () => {
    expect(`secret:/${vector.prefix}/presence/1.0.0/s/${byOpenSsl(vector, 'domain').toString('hex')}`).toBe(vector.domain)

    const [{ day, topic, sealed, bytes }] = vector.days as [TopicVector['days'][number]]
    const box = Buffer.from(sealed, 'hex')
    const decipher = createDecipheriv('aes-256-gcm', byOpenSsl(vector, `key ${day}`), box.subarray(0, 12))

    decipher.setAAD(Buffer.from(topic))
    decipher.setAuthTag(box.subarray(-16))

    expect(topic).toBe(`/${vector.prefix}/presence/1.0.0/s/${byOpenSsl(vector, `topic ${day}`).toString('hex')}`)
    expect(Buffer.concat([decipher.update(box.subarray(12, -16)), decipher.final()]).toString('hex')).toBe(bytes)
  })
})

describe('the vectors of rooms', () => {
  it('have no topic and no domain twice, but for the secret that is typed in two ways', () => {
    const all = vectors.flatMap(({ domain, days }) => [domain].concat(days.map(({ topic }) => topic)))

    expect(all).toHaveLength(new Set(all).size + 2)
  })
})
