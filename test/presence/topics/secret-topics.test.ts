import * as fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { AbortError, InvalidArgumentError } from '../../../src/errors/index.ts'
import { InsecureContextError, openTopics, SEAL_OVERHEAD, secretTopics, WrongSecretError } from '../../../src/presence/topics/index.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { hexOf } from '../../vectors/vectors.ts'
import { DAY, NAME, PREFIX, room, SECRET, topicAt } from './rooms.ts'
import type { RoomTopics } from '../../../src/presence/topics/index.ts'

const TODAY = Date.UTC(2026, 0, 1, 12)
const HELLO = new TextEncoder().encode('hello')

afterEach(() => { vi.unstubAllGlobals() })

describe('what is said in a room with a secret', () => {
  let ann: RoomTopics
  let bob: RoomTopics
  let topic: string

  beforeAll(async () => {
    [ann, bob] = [await room(), await room()]
    topic = await topicAt(ann, TODAY)
    await bob.at(TODAY)
  })

  it('is read by everyone who knows the secret, and 28 bytes longer', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async bytes => {
      const sealed = await ann.seal(topic, bytes)

      expect(sealed).toHaveLength(bytes.length + SEAL_OVERHEAD)
      expect(await bob.open(topic, sealed)).toEqual(bytes)
    }), { numRuns: 200 })
  })

  it('never looks the same twice', async () => {
    const sealed = await Promise.all(Array.from({ length: 100 }, async () => hexOf(await ann.seal(topic, HELLO))))

    expect(new Set(sealed.map(hex => hex.slice(0, 24))).size).toBe(100)
    expect(new Set(sealed.map(hex => hex.slice(24))).size).toBe(100)
  })

  it('takes its chance from the environment', async () => {
    const [one, other] = await Promise.all([7, 7].map(async seed => {
      const topics = await secretTopics(NAME, SECRET, PREFIX, {}, new HandMovedEnvironment(seed))

      return topics.seal(await topicAt(topics, TODAY), HELLO)
    }))

    expect(one).toEqual(other)
  })

  it('is read as it was said, and not as the array became later', async () => {
    const bytes = HELLO.slice()
    const sealing = ann.seal(topic, bytes)

    bytes.fill(0)

    const sealed = await sealing
    const opening = bob.open(topic, sealed)

    sealed.fill(0)
    expect(await opening).toEqual(HELLO)
  })

  it('is not read when any one bit of it is another', async () => {
    const sealed = await ann.seal(topic, HELLO)

    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const damaged = sealed.slice()

      damaged[bit >> 3]! ^= 1 << (bit & 7)
      await expect(bob.open(topic, damaged)).rejects.toThrow(WrongSecretError)
    }
  })

  it('is not read when anything of it is missing, or something was added', async () => {
    const sealed = await ann.seal(topic, HELLO)

    for (let length = 0; length < sealed.length; length++) {
      await expect(bob.open(topic, sealed.subarray(0, length))).rejects.toThrow(WrongSecretError)
    }

    await expect(bob.open(topic, sealed.subarray(1))).rejects.toThrow(WrongSecretError)
    await expect(bob.open(topic, Uint8Array.of(...sealed, 0))).rejects.toThrow(WrongSecretError)
  })

  it('is not read out of anything that a stranger makes up', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async bytes => {
      await expect(bob.open(topic, bytes)).rejects.toThrow(WrongSecretError)
    }), { numRuns: 200 })
  })

  it('is not read on the topic of another day, to which somebody carried it', async () => {
    const { listen: [today, yesterday] } = await bob.at(Date.UTC(2026, 0, 1))

    await ann.at(Date.UTC(2026, 0, 1))
    await expect(bob.open(yesterday!, await ann.seal(today!, HELLO))).rejects.toThrow(WrongSecretError)
    expect(await bob.open(yesterday!, await ann.seal(yesterday!, HELLO))).toEqual(HELLO)
  })

  it.each([
    ['secret', { secret: `${SECRET}!` }],
    ['name', { name: `${NAME}s` }],
    ['prefix', { prefix: `${PREFIX}s` }],
    ['split into prefix and name', { prefix: `${PREFIX}f`, name: NAME.slice(1) }]
  ])('is not read in a room of another %s, which has another topic and another domain', async (_, different) => {
    const other = await room(different)

    await other.at(TODAY)
    expect(other.domain).not.toBe(ann.domain)
    expect(await topicAt(other, TODAY)).not.toBe(topic)
    await expect(other.open(topic, await ann.seal(topic, HELLO))).rejects.toThrow(WrongSecretError)
    await expect(other.open(await topicAt(other, TODAY), await ann.seal(topic, HELLO))).rejects.toThrow(WrongSecretError)
  })

  it('is for topics of the room only', async () => {
    await expect(ann.seal('/libp2p-invitation/presence/1.0.0/lobby', HELLO)).rejects.toThrow(InvalidArgumentError)
  })

  it('is not read once its day is long over', async () => {
    const [sealed, carol] = [await ann.seal(topic, HELLO), await room()]

    for (let days = 0; days < 5; days++) {
      await carol.at(TODAY + days * DAY)
    }

    await expect(carol.open(topic, sealed)).rejects.toThrow(WrongSecretError)
  })

  it('shows an outsider neither the name, nor the secret, nor the words', async () => {
    const seen = new TextDecoder('latin1').decode(await ann.seal(topic, HELLO)) + topic

    for (const hidden of [NAME, SECRET, 'hello', ann.domain, ...SECRET.split(' ')]) {
      expect(seen).not.toContain(hidden)
      expect(seen).not.toContain(hexOf(new TextEncoder().encode(hidden)))
    }

    expect(topic).toMatch(/^\/libp2p-invitation\/presence\/1\.0\.0\/s\/[0-9a-f]{64}$/)
  })

  it('is signed for a domain that is no topic, and the same on every day', async () => {
    expect(ann.domain).toBe(bob.domain)
    expect(ann.domain).toMatch(/^secret:\/libp2p-invitation\/presence\/1\.0\.0\/s\/[0-9a-f]{64}$/)
    expect(ann.domain).not.toContain(topic)
    expect(openTopics(NAME, PREFIX).domain).not.toBe(ann.domain)
  })
})

describe('the secret of a room', () => {
  it('may be text or its bytes', async () => {
    expect((await room({ secret: new TextEncoder().encode(SECRET) })).domain).toBe((await room()).domain)
  })

  it('is the same however its accents are typed', async () => {
    expect((await room({ secret: 'caf\u00e9 au lait' })).domain).toBe((await room({ secret: 'cafe\u0301 au lait' })).domain)
  })

  it('is the secret that it was when it was given', async () => {
    const secret = new TextEncoder().encode(SECRET)
    const opening = room({ secret })

    secret.fill(0)
    expect((await opening).domain).toBe((await room()).domain)
  })

  it.each([
    ['of 7 bytes', '7 bytes'],
    ['of 1,025 bytes', new Uint8Array(1_025)],
    ['of 1,025 bytes of text', 'x'.repeat(1_025)],
    ['of a million characters', 'x'.repeat(1_000_000)],
    ['with half a character', 'eight bytes \ud800'],
    ['that is none', ''],
    ['that is a number', 12_345_678 as unknown as string]
  ])('is refused %s', async (_, secret) => {
    await expect(room({ secret })).rejects.toThrow(InvalidArgumentError)
  })

  it('needs a secure page', async () => {
    vi.stubGlobal('crypto', { getRandomValues: () => {} })
    await expect(room()).rejects.toThrow(InsecureContextError)
    expect(openTopics(NAME, PREFIX).domain).toContain(NAME)
  })

  it('is not waited for once the signal aborts', async () => {
    const run = new AbortController()
    const joining = secretTopics(NAME, SECRET, PREFIX, { signal: run.signal })

    run.abort(new Error('enough'))
    await expect(joining).rejects.toThrow(AbortError)
    await expect(secretTopics(NAME, SECRET, PREFIX, { signal: run.signal })).rejects.toMatchObject({ name: 'AbortError', cause: { message: 'enough' } })
  })

  it('leaves nothing on the signal of whoever waited for it', async () => {
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')

    await secretTopics(NAME, SECRET, PREFIX, { signal })
    expect(added).toHaveBeenCalledTimes(1)
    expect(removed.mock.calls[0]!.slice(0, 2)).toEqual(added.mock.calls[0]!.slice(0, 2))
  })
})
