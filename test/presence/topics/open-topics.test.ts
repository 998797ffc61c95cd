import { describe, expect, it } from 'vitest'
import { InvalidArgumentError } from '../../../src/errors/index.ts'
import { openTopics } from '../../../src/presence/topics/index.ts'

const TOPIC = '/libp2p-invitation/presence/1.0.0/lobby'

describe('an open room', () => {
  const topics = openTopics('lobby', 'libp2p-invitation')

  it.each([0, Date.UTC(2026, 0, 1), Number.MAX_SAFE_INTEGER])('has one topic, at any time (%d)', async (date) => {
    expect(await topics.at(date)).toEqual({ speak: TOPIC, listen: [TOPIC], until: Infinity })
  })

  it('has its topic as the domain of its signatures', () => {
    expect(topics.domain).toBe(TOPIC)
  })

  it('says everything as it is', async () => {
    const bytes = Uint8Array.of(1, 2, 3)

    expect(await topics.seal(TOPIC, bytes)).toEqual(bytes)
    expect(await topics.open(TOPIC, bytes)).toEqual(bytes)
  })

  it('cannot take the topic of a room with a secret', () => {
    const hex = '0123456789abcdef'.repeat(4)

    expect(() => openTopics(`s/${hex}`, 'libp2p-invitation')).toThrow(InvalidArgumentError)
    expect(openTopics(`s/${hex}0`, 'libp2p-invitation').domain).toBe(`/libp2p-invitation/presence/1.0.0/s/${hex}0`)
  })
})
