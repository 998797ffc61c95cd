import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeWord, encodeWord, FrameDecoder, MalformedFrameError, MAX_FRAME_BYTES } from '../../src/wire/index.ts'
import { bytesOf, isError, vectors } from '../vectors/vectors.ts'
import { anyFields } from './arbitrary-fields.ts'
import { anyWord } from './arbitrary-words.ts'

/** Whether this gave something, or one of the named errors of a frame. */
function endsWell (read: () => unknown): boolean {
  try {
    read()

    return true
  } catch (thrown) {
    return thrown instanceof MalformedFrameError && thrown.constructor !== MalformedFrameError && thrown.field.length > 0
  }
}

const onStream = (bytes: Uint8Array): boolean => endsWell(() => new FrameDecoder().push(bytes))

/** As `endsWell`, of one frame; and if it has a word, that is one that this side could have said itself. */
const inFrame = (frame: Uint8Array): boolean => endsWell(() => {
  const word = decodeWord(frame)

  expect(word == null ? word : decodeWord(encodeWord(word))).toEqual(word)
})

describe('a word, silence or a named error comes', () => {
  it('of random bytes on a stream', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000, size: 'max' }), bytes => {
      expect(onStream(bytes)).toBe(true)
    }), { numRuns: 5_000 })
  })

  it('of random bytes in a frame', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), bytes => {
      expect(inFrame(bytes)).toBe(true)
    }), { numRuns: 5_000 })
  })

  it('of random fields in a frame', () => {
    const start = encodeWord({ kind: 'accept', id: '00'.repeat(16) })

    fc.assert(fc.property(fc.nat({ max: 12 }), anyFields, (kind, fields) => {
      expect(inFrame(Uint8Array.from([...start, 8, kind, ...fields]))).toBe(true)
    }), { numRuns: 10_000 })
  })

  it('of a word with bytes put over, in or out anywhere', () => {
    const change = fc.record({ at: fc.nat(), remove: fc.nat({ max: 3 }), add: fc.uint8Array({ maxLength: 3 }) })

    fc.assert(fc.property(anyWord, fc.array(change, { minLength: 1, maxLength: 4 }), (word, changes) => {
      const bytes = [...encodeWord(word)]

      for (const { at, remove, add } of changes) {
        bytes.splice(at % (bytes.length + 1), remove, ...add)
      }

      expect(inFrame(Uint8Array.from(bytes))).toBe(true)
    }), { numRuns: 2_000 })
  })

  it.each([
    ['groups within groups', 0x5b],
    ['tags without an end', 0xff],
    ['field number 0', 0x00]
  ])('of the largest frame of nothing but %s', (_what, byte) => {
    const frame = new Uint8Array(MAX_FRAME_BYTES).fill(byte)

    expect(inFrame(frame)).toBe(true)
    expect(onStream(Uint8Array.from([0x80, 0x80, 0x01, ...frame]))).toBe(true)
  })

  it.each(vectors)('of every bit turned in $name', ({ hex }) => {
    const bytes = bytesOf(hex)
    const bad: number[] = []

    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const at = bit >> 3
      const byte = bytes[at] ?? 0

      bytes[at] = byte ^ 1 << (bit & 7)

      if (!onStream(bytes)) {
        bad.push(bit)
      }

      bytes[at] = byte
    }

    expect(bad).toEqual([])
  })

  it.each(vectors)('of $name in a frame cut short anywhere', ({ hex }) => {
    const bytes = bytesOf(hex)
    const frame = bytes.subarray(bytes.findIndex(byte => byte < 128) + 1)
    const lengths = Array.from(frame, (_byte, length) => length)

    expect(lengths.filter(length => !inFrame(frame.subarray(0, length)))).toEqual([])
  })

  it.each(vectors.filter(isError))('of $name on a stream cut short anywhere', ({ hex }) => {
    const bytes = bytesOf(hex)
    const lengths = Array.from(bytes, (_byte, length) => length)

    expect(lengths.filter(length => !onStream(bytes.subarray(0, length)))).toEqual([])
  })
})

describe('nothing comes yet', () => {
  it.each(vectors.filter(vector => !isError(vector)))('of $name on a stream cut short anywhere', ({ hex }) => {
    const decoder = new FrameDecoder()

    // byte by byte, it is every shorter stream on its way
    expect(Array.from(bytesOf(hex).subarray(0, -1)).flatMap(byte => decoder.push(Uint8Array.of(byte)))).toEqual([])
  })
})
