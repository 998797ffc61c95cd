import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidArgumentError, PayloadTooLargeError } from '../../src/errors/index.ts'
import { decodeWord, encodeFrames, encodeWord, MAX_FRAME_BYTES } from '../../src/wire/index.ts'
import type { InviteWord, Word } from '../../src/wire/index.ts'
import { bytesOf, hexOf } from '../vectors/vectors.ts'
import { anyWord } from './arbitrary-words.ts'

const id = '000102030405060708090a0b0c0d0e0f'
const invite: InviteWord = { kind: 'invite', id, ringTime: 60_000, age: 0 }

describe('a word', () => {
  it('comes out of its bytes as it went in, whatever it is', () => {
    fc.assert(fc.property(anyWord, word => {
      expect(decodeWord(encodeWord(word))).toEqual(word)
    }), { numRuns: 2_000 })
  })

  it('never makes a frame above the limit', () => {
    fc.assert(fc.property(anyWord, word => {
      expect(encodeWord(word).length).toBeLessThanOrEqual(MAX_FRAME_BYTES)
    }), { numRuns: 500 })
  })

  it('makes the same bytes alone and among others, after its length', () => {
    fc.assert(fc.property(fc.array(anyWord, { maxLength: 5 }), words => {
      const frames = words.map(word => {
        const frame = encodeWord(word)
        const { length } = frame
        const prefix = length < 128 ? [length] : [length & 127 | 128, length >> 7]

        return hexOf(Uint8Array.from(prefix)) + hexOf(frame)
      })

      expect(hexOf(encodeFrames(words))).toBe(frames.join(''))
    }), { numRuns: 300 })
  })

  it('says a fractional age in whole milliseconds', () => {
    expect(decodeWord(encodeWord({ ...invite, age: 12.9 }))).toEqual({ ...invite, age: 12 })
  })

  it.each([
    ['the ring time', 30_000, 30_007.4, 30_000],
    ['600 s where it rings for ever', 0, 3_600_000, 600_000]
  ])('never says an age above %s, since the other side would have to refuse it', (_what, ringTime, age, said) => {
    expect(decodeWord(encodeWord({ ...invite, ringTime, age }))).toEqual({ ...invite, ringTime, age: said })
  })

  it('never says an age below 0', () => {
    expect(decodeWord(encodeWord({ ...invite, age: -3 }))).toEqual(invite)
  })

  it.each<[string, Word]>([
    ['an id that is too short', { ...invite, id: id.slice(2) }],
    ['an id that is too long', { ...invite, id: `${id}00` }],
    ['an id in capitals', { ...invite, id: id.toUpperCase() }],
    ['an id with something else in it', { ...invite, id: `${id.slice(1)}g` }],
    ['an id with a character far above the table', { ...invite, id: `${id.slice(1)}\u0130` }],
    ['a kept id that is none', { kind: 'stop', id, reason: 'glare', kept: '' }],
    ['a ring time out of its range', { ...invite, ringTime: 999 }],
    ['a ring time that is no number', { ...invite, ringTime: NaN }],
    ['half of a surrogate pair', { ...invite, content: '\ud83d' }]
  ])('is not encoded with %s', (_what, word) => {
    expect(() => encodeWord(word)).toThrow(InvalidArgumentError)
    expect(() => encodeFrames([word])).toThrow(InvalidArgumentError)
  })

  it.each<[string, Word]>([
    ['content text', { ...invite, content: 'x'.repeat(8_193) }],
    ['content bytes', { ...invite, content: new Uint8Array(8_193) }],
    ['channel id', { ...invite, channelId: 'x'.repeat(65) }],
    ['response', { kind: 'accept', id, response: 'x'.repeat(8_193) }],
    ['reason text', { kind: 'refuse', id, reason: 'custom', text: 'x'.repeat(257) }]
  ])('is not encoded with too large a %s', (_what, word) => {
    expect(() => encodeWord(word)).toThrow(PayloadTooLargeError)
  })
})

describe('bytes handed out', () => {
  const frame = encodeWord({ ...invite, content: Uint8Array.of(1, 2, 3) })

  it('are the own bytes of whoever gets them', () => {
    const chunk = new Uint8Array(65_536)
    chunk.set(frame, 1_000)

    const word = decodeWord(chunk.subarray(1_000, 1_000 + frame.length))
    const content = word?.kind === 'invite' && typeof word.content === 'object' ? word.content : undefined

    chunk.fill(0)

    expect(content).toStrictEqual(Uint8Array.of(1, 2, 3))
    expect(content?.buffer.byteLength).toBe(3)
  })

  it('are taken from a view, and from shared memory, as they are', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4))
    shared.set([9, 1, 2, 3])

    expect(encodeWord({ ...invite, content: shared.subarray(1) })).toEqual(frame)
  })
})

describe('a decoder of text', () => {
  it('is none the worse for a text that was broken', () => {
    const good = bytesOf(`08041210${id}2203e282ac`)

    for (let i = 0; i < 3; i++) {
      expect(() => decodeWord(bytesOf(`08041210${id}2202e282`))).toThrow('text is not well-formed UTF-8')
      expect(decodeWord(good)).toEqual({ kind: 'accept', id, response: '€' })
    }
  })
})
