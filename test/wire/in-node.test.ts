import { Buffer } from 'node:buffer'
import { memoryUsage } from 'node:process'
import { describe, expect, it } from 'vitest'
import { checkPayload, decodeWord, encodeWord, FrameDecoder, FrameTooLargeError } from '../../src/wire/index.ts'
import type { InviteWord } from '../../src/wire/index.ts'
import { bytesOf } from '../vectors/vectors.ts'

const invite: InviteWord = { kind: 'invite', id: '000102030405060708090a0b0c0d0e0f', ringTime: 60_000, age: 0 }
const frame = encodeWord({ ...invite, content: Uint8Array.of(1, 2, 3) })

describe('a Buffer, which Node alone has', () => {
  it('may be the payload that users give, also as a part of another', () => {
    const content = Buffer.from([9, 1, 2, 3]).subarray(1)

    expect(() => { checkPayload('content', content) }).not.toThrow()
    expect(encodeWord({ ...invite, content })).toEqual(frame)
  })

  it('may come from the network, and plain bytes of their own are handed out', () => {
    const chunk = Buffer.from(frame)
    const word = decodeWord(chunk)
    const content = word?.kind === 'invite' && typeof word.content === 'object' ? word.content : undefined

    chunk.fill(0)

    expect(content).toStrictEqual(Uint8Array.of(1, 2, 3))
    expect(content?.constructor).toBe(Uint8Array)
    expect(content?.buffer.byteLength).toBe(3)
  })
})

describe('FrameDecoder', () => {
  it.each([
    ['2^31', '8080808008'],
    ['2^63', '80808080808080808001'],
    ['no end', 'ffffffffffffffffffffff']
  ])('sets nothing aside for a length of %s', (_what, hex) => {
    const before = memoryUsage().arrayBuffers

    for (let i = 0; i < 1_000; i++) {
      expect(() => new FrameDecoder().push(bytesOf(hex))).toThrow(FrameTooLargeError)
    }

    // a thousand frames of even the largest size would be 16 MB
    expect(memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000)
  })
})
