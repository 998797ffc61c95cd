import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidArgumentError, PayloadTooLargeError } from '../../../src/errors/index.ts'
import { FrameSplitter } from '../../../src/presence/exchange/frame-splitter.ts'
import { FieldTooLargeError, MalformedExchangeError, MAX_HANDOVER_BYTES, MAX_MESSAGE_BYTES, MAX_PAGE_BYTES, MAX_TOPIC_BYTES } from '../../../src/presence/exchange/index.ts'
import { ExchangeMessage, Page } from '../../../src/presence/exchange/exchange-message.ts'
import { decodeMessage, encodeFrame } from '../../../src/presence/exchange/message-codec.ts'
import type { Message } from '../../../src/presence/exchange/messages.ts'
import { exchangeVectors } from '../../vectors/exchange.ts'
import { bytesOf, hexOf } from '../../vectors/vectors.ts'
import { anyMessage } from './arbitrary-messages.ts'

/** The first frame in these bytes. */
function frameIn (bytes: Uint8Array): Uint8Array {
  return [...new FrameSplitter().framesIn(bytes)][0] ?? new Uint8Array()
}

/**
 * Whether reading these bytes of a stream gives messages that this side could have sent itself, or one of the named errors of
 * a message.
 */
function endsWell (bytes: Uint8Array): boolean {
  try {
    for (const frame of new FrameSplitter().framesIn(bytes)) {
      const message = decodeMessage(frame)

      expect(message == null ? message : decodeMessage(frameIn(encodeFrame(message)))).toEqual(message)
    }

    return true
  } catch (thrown) {
    return thrown instanceof MalformedExchangeError && thrown.constructor !== MalformedExchangeError && thrown.field.length > 0
  }
}

const frames = [...exchangeVectors.messages, { name: 'a page of every byte', hex: hexOf(encodeFrame({ kind: 'page', id: 1, outcome: 'page', entries: Uint8Array.from({ length: 256 }, (_, byte) => byte) })) }]
  .filter(({ hex }) => hex.length < 2_000)

describe('a message', () => {
  it('reads as it was written', () => {
    fc.assert(fc.property(anyMessage, message => {
      expect(decodeMessage(frameIn(encodeFrame(message)))).toEqual(message)
    }), { numRuns: 500 })
  })

  it('or a named error comes of it with bytes put over, in or out anywhere', () => {
    const change = fc.record({ at: fc.nat(), remove: fc.nat({ max: 3 }), add: fc.uint8Array({ maxLength: 3 }) })

    fc.assert(fc.property(anyMessage, fc.array(change, { minLength: 1, maxLength: 4 }), (message, changes) => {
      const bytes = [...encodeFrame(message)]

      for (const { at, remove, add } of changes) {
        bytes.splice(at % (bytes.length + 1), remove, ...add)
      }

      expect(endsWell(Uint8Array.from(bytes))).toBe(true)
    }), { numRuns: 2_000 })
  })

  it('or a named error comes of random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), bytes => {
      expect(endsWell(bytes)).toBe(true)
      expect(endsWell(encodeLength(bytes))).toBe(true)
    }), { numRuns: 5_000 })
  })

  it.each(frames)('or a named error comes of every bit turned in $name', ({ hex }) => {
    const bytes = bytesOf(hex)
    const bad: number[] = []

    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const at = bit >> 3
      const byte = bytes[at] ?? 0

      bytes[at] = byte ^ 1 << (bit & 7)

      if (!endsWell(bytes)) {
        bad.push(bit)
      }

      bytes[at] = byte
    }

    expect(bad).toEqual([])
  })

  it.each(frames)('or a named error comes of $name cut short anywhere', ({ hex }) => {
    const bytes = bytesOf(hex)
    const frame = bytes.subarray(bytes.findIndex(byte => byte < 128) + 1)
    const lengths = Array.from(frame, (_byte, length) => length)

    expect(lengths.filter(length => !endsWell(encodeLength(frame.subarray(0, length))))).toEqual([])
  })

  it('at its largest is a frame that may be sent', () => {
    const page: Message = { kind: 'page', id: 0xffff_ffff, outcome: 'page', entries: new Uint8Array(MAX_PAGE_BYTES), next: 2n ** 64n - 1n }
    const frame = frameIn(encodeFrame(page))

    expect(frame.byteLength).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
    expect(decodeMessage(frame)).toEqual(page)
  })

  it('whose page is too large is refused although its frame is not', () => {
    const frame = ExchangeMessage.encode({ page: Page.encode({ id: 1, outcome: 1, entries: new Uint8Array(MAX_PAGE_BYTES + 1) }) })

    expect(frame.byteLength).toBeLessThan(MAX_MESSAGE_BYTES)
    expect(() => decodeMessage(frame)).toThrow(FieldTooLargeError)
  })

  it.each<[string, Message]>([
    ['an empty topic', { kind: 'ask', id: 1, topic: '' }],
    ['a topic that is too long', { kind: 'ask', id: 1, topic: '\u20ac'.repeat(MAX_TOPIC_BYTES / 3 + 1) }],
    ['a topic with half of a surrogate pair', { kind: 'handover', topic: 'a\ud800', message: new Uint8Array() }],
    ['a digest of 7 bytes', { kind: 'ask', id: 1, topic: 'x', digest: new Uint8Array(7) }]
  ])('does not leave with %s', (_what, message) => {
    expect(() => encodeFrame(message)).toThrow(InvalidArgumentError)
  })

  it.each<[string, Message]>([
    ['page', { kind: 'page', id: 1, outcome: 'page', entries: new Uint8Array(MAX_PAGE_BYTES + 1) }],
    ['handover', { kind: 'handover', topic: 'x', message: new Uint8Array(MAX_HANDOVER_BYTES + 1) }]
  ])('does not leave with a %s that is too large', (_what, message) => {
    expect(() => encodeFrame(message)).toThrow(PayloadTooLargeError)
  })
})

/** These bytes as one frame with its length. */
function encodeLength (frame: Uint8Array): Uint8Array {
  const { byteLength } = frame

  return Uint8Array.from(byteLength < 128 ? [byteLength, ...frame] : [byteLength & 0x7f | 0x80, byteLength >>> 7, ...frame])
}
