import * as fc from 'fast-check'
import { writer } from 'protons-runtime'
import { describe, expect, it } from 'vitest'
import { readMessage, writeMessage } from '../../src/wire/message.ts'
import { bytesOf, hexOf } from '../vectors/vectors.ts'
import { shortestFields } from './arbitrary-fields.ts'
import { Message } from './generated/message.ts'

const uint32 = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 0xffff_ffff }))
const uint64 = fc.oneof(fc.nat({ max: 20 }), fc.maxSafeNat())
const bytes = fc.uint8Array({ maxLength: 200 }).map(array => new Uint8Array(array))

/** Any fields of a frame, whatever word they make or do not make. */
const anyMessage = fc.record({
  kind: uint32,
  id: bytes,
  reason: uint32,
  text: bytes,
  data: bytes,
  ringTime: uint32,
  age: uint32,
  channelId: bytes,
  reasonText: bytes,
  kept: bytes,
  byCallee: fc.boolean(),
  number: uint64,
  more: fc.boolean(),
  heard: uint64,
  window: uint32,
  lane: uint32,
  token: bytes
} satisfies Record<keyof Message, unknown>, { noNullPrototype: true, requiredKeys: [] })

function written (message: Message): Uint8Array {
  const frame = writer()

  writeMessage(message, frame)

  return frame.finish()
}

/** What it reads, or nothing where it throws. */
function readBy<T> (read: (frame: Uint8Array) => T, frame: Uint8Array): T | undefined {
  try {
    return read(frame)
  } catch {
    return undefined
  }
}

/** What was made of `message.proto` by protons: see `npm run generate`. */
describe('the fields of a frame, as the code generated from message.proto has them', () => {
  it('are written byte for byte', () => {
    fc.assert(fc.property(anyMessage, message => {
      expect(hexOf(written(message))).toBe(hexOf(Message.encode(message)))
    }), { numRuns: 2_000 })
  })

  it('are read as they were written', () => {
    fc.assert(fc.property(anyMessage, message => {
      expect(readMessage(Message.encode(message))).toStrictEqual(message)
    }), { numRuns: 2_000 })
  })

  it('are read in any order, also twice or of another type, beside others and cut short; or are refused', () => {
    // a longer number of 64 bits is read wrongly by the generated code
    fc.assert(fc.property(shortestFields, fields => {
      const frame = Uint8Array.from(fields)

      expect(readBy(readMessage, frame)).toStrictEqual(readBy(Message.decode, frame))
    }), { numRuns: 10_000 })
  })
})

describe('a field that is not known', () => {
  it('is skipped, whatever its type is', () => {
    // field 31 as a varint, 18 as 8 bytes, 19 as bytes, 20 as 4 bytes, and the kind behind them
    expect(readMessage(bytesOf('f80101910100000000000000009a0102ffffa501000000000803'))).toStrictEqual({ kind: 3 })
  })
})

describe('a number in more bytes than it needs', () => {
  it.each([
    ['kind', '0883808080006801', { kind: 3, more: true }],
    ['number', '6081006801', { number: 1, more: true }],
    ['number, in as many bytes as the greatest takes', '60818080808080800068016801', { number: 1, more: true }],
    ['heard, at the end', '68017080808000', { more: true, heard: 0 }]
  ])('is read as the number that it is, and what is behind it as the next field: %s', (_field, hex, message) => {
    expect(readMessage(bytesOf(hex))).toStrictEqual(message)
  })

  it('is refused where it takes more than JavaScript\'s greatest does', () => {
    expect(() => readMessage(bytesOf('6081808080808080800068016801'))).toThrow(RangeError)
  })
})
