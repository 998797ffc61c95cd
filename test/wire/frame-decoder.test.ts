import * as fc from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { describe, expect, it } from 'vitest'
import { encodeFrames, FrameDecoder, FrameTooLargeError, InvalidIdError } from '../../src/wire/index.ts'
import type { Word } from '../../src/wire/index.ts'
import { bytesOf, hexOf } from '../vectors/vectors.ts'
import { anyWord, cut, cuts } from './arbitrary-words.ts'

const id = '000102030405060708090a0b0c0d0e0f'
const ringing: Word = { kind: 'ringing', id }
const largest: Word = { kind: 'accept', id, response: new Uint8Array(8_192).fill(7) }
const oneByOne = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, byte => Uint8Array.of(byte))

/** What is thrown, itself. */
function thrownBy (call: () => unknown): unknown {
  try {
    call()
  } catch (thrown) {
    return thrown
  }

  throw new Error('nothing was thrown')
}

describe('the frame decoder', () => {
  it('gives the same words however the bytes were cut', () => {
    fc.assert(fc.property(fc.array(anyWord, { maxLength: 8 }), cuts, (words, at) => {
      const decoder = new FrameDecoder()

      expect(cut(encodeFrames(words), at).flatMap(chunk => decoder.push(chunk))).toEqual(words)
    }), { numRuns: 500 })
  })

  it('gives the same words when the bytes come in lists', () => {
    fc.assert(fc.property(fc.array(anyWord, { maxLength: 8 }), cuts, cuts, (words, at, inLists) => {
      const decoder = new FrameDecoder()
      const lists = cut(encodeFrames(words), at).map(chunk => new Uint8ArrayList(...cut(chunk, inLists)))

      expect(lists.flatMap(list => decoder.push(list))).toEqual(words)
    }), { numRuns: 500 })
  })

  it('gives the same words byte by byte', () => {
    const words = [ringing, largest, ringing]
    const decoder = new FrameDecoder()

    expect(oneByOne(encodeFrames(words)).flatMap(byte => decoder.push(byte))).toEqual(words)
  })

  it('gives a word with the chunk that completes it, and not later', () => {
    const bytes = encodeFrames([largest])
    const decoder = new FrameDecoder()

    expect(decoder.push(bytes.subarray(0, -1))).toEqual([])
    expect(decoder.push(bytes.subarray(-1))).toEqual([largest])
  })

  it('gives all words of a chunk at once', () => {
    const words = Array.from({ length: 100 }, () => ringing)

    expect(new FrameDecoder().push(encodeFrames(words))).toEqual(words)
  })

  it('takes chunks and lists with nothing in them', () => {
    const decoder = new FrameDecoder()

    expect(decoder.push(new Uint8Array(0))).toEqual([])
    expect(decoder.push(new Uint8ArrayList())).toEqual([])
    expect(decoder.push(encodeFrames([ringing]))).toEqual([ringing])
  })

  it('keeps what it waits for apart from the chunk that it came in', () => {
    const bytes = encodeFrames([ringing])
    const decoder = new FrameDecoder()
    const first = bytes.slice(0, 10)

    decoder.push(first)
    first.fill(0xff)

    expect(decoder.push(bytes.subarray(10))).toEqual([ringing])
  })

  it('skips an empty frame, even as the last thing that comes', () => {
    const decoder = new FrameDecoder()

    expect(decoder.push(Uint8Array.of(0))).toEqual([])
    expect(decoder.push(bytesOf(`0000${hexOf(encodeFrames([ringing]))}00`))).toEqual([ringing])
  })

  it('takes an unknown kind of the largest size, and no byte more', () => {
    const frame = new Uint8Array(3 + 16_384)
    // kind 12, then an unknown field of bytes that fills the frame up
    frame.set([0x80, 0x80, 0x01, 0x08, 0x0c, 0x82, 0x01, 0xfa, 0x7f])

    expect(new FrameDecoder().push(frame)).toEqual([])
    expect(() => new FrameDecoder().push(Uint8Array.of(0x81, 0x80, 0x01))).toThrow(FrameTooLargeError)
  })

  it.each([
    ['2^31', '8080808008'],
    ['2^63', '80808080808080808001'],
    ['no end', 'ffffffffffffffffffffff']
  ])('refuses a length of %s at its third byte', (_what, hex) => {
    const [first, second, third] = oneByOne(bytesOf(hex))
    const decoder = new FrameDecoder()

    expect(decoder.push(first ?? new Uint8Array(0))).toEqual([])
    expect(decoder.push(second ?? new Uint8Array(0))).toEqual([])
    expect(() => decoder.push(third ?? new Uint8Array(0))).toThrow(FrameTooLargeError)
  })

  it('throws the same again once it threw, whatever comes', () => {
    const decoder = new FrameDecoder()
    const good = encodeFrames([ringing])

    expect(decoder.push(good)).toEqual([ringing])

    const first = thrownBy(() => decoder.push(bytesOf('0408021200')))
    expect(first).toBeInstanceOf(InvalidIdError)
    expect(thrownBy(() => decoder.push(good))).toBe(first)
    expect(thrownBy(() => decoder.push(new Uint8Array(0)))).toBe(first)
  })

  it('gives the words of the chunks before a malformed frame, and none of its own chunk', () => {
    const good = hexOf(encodeFrames([ringing]))
    const decoder = new FrameDecoder()

    expect(decoder.push(bytesOf(good))).toEqual([ringing])
    expect(() => decoder.push(bytesOf(`${good}0408021200${good}`))).toThrow(InvalidIdError)
  })
})
