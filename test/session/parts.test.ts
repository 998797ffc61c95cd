import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, costOf, join, partsOf } from '../../src/session/parts.ts'
import { encodeWord } from '../../src/wire/index.ts'

const message = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.tuple(fc.constantFrom('x', 'é', '€', '𝄞', '\ufeff'), fc.integer({ min: 0, max: 16_384 }), fc.constantFrom('', 'a', 'ab', 'abc'))
    .map(([unit, count, start]) => start + unit.repeat(count)),
  fc.uint8Array({ maxLength: 300 }),
  fc.integer({ min: 0, max: 65_536 }).map(length => new Uint8Array(length).fill(0xa5))
)

describe('a message', () => {
  it('comes out of its parts as it went in', () => {
    fc.assert(fc.property(message, whole => {
      expect(join(partsOf(whole))).toStrictEqual(whole)
    }))
  })

  it('is cut into parts that the wire takes, each as large as can be', () => {
    fc.assert(fc.property(message, whole => {
      const parts = partsOf(whole)

      for (const [index, payload] of parts.entries()) {
        encodeWord({ kind: 'message', id: '00'.repeat(16), by: 'caller', number: index + 1, payload, more: index + 1 < parts.length })
      }

      // no character takes more than four bytes
      expect(parts.slice(0, -1).every(part => bytesOf(part) > 8_192 - 4)).toBe(true)
      expect(parts.length).toBeLessThanOrEqual(9)
      expect(parts.length).toBeGreaterThanOrEqual(1)
    }))
  })

  it('is, where it is bytes, copied: what becomes of the array is its owner\'s affair', () => {
    const own = Uint8Array.of(1, 2, 3)
    const parts = partsOf(own)

    own.fill(0)
    expect(parts).toStrictEqual([Uint8Array.of(1, 2, 3)])
  })

  it('costs its bytes as UTF-8, and 256 for each part', () => {
    const encoder = new TextEncoder()

    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
      expect(costOf(text)).toBe(256 + encoder.encode(text).length)
    }))
    expect(costOf(new Uint8Array(5))).toBe(261)
  })

  it('is none if it is half text and half bytes', () => {
    expect(join(['a', Uint8Array.of(1)])).toBeUndefined()
  })
})
