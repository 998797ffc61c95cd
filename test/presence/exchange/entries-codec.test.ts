import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidArgumentError, PayloadTooLargeError } from '../../../src/errors/index.ts'
import { decodeEntries, encodeEntries, entryBytes, FieldTooLargeError, MalformedExchangeError, MAX_AGE, MAX_ENTRIES, MAX_PAGE_BYTES } from '../../../src/presence/exchange/index.ts'
import type { PageEntry } from '../../../src/presence/exchange/index.ts'
import { MAX_RECORD_BYTES } from '../../../src/presence/record/index.ts'
import { exchangeVectors } from '../../vectors/exchange.ts'
import { bytesOf } from '../../vectors/vectors.ts'

const anyEntry = fc.record({
  record: fc.uint8Array({ minLength: 1, maxLength: 600, size: 'max' }),
  age: fc.integer({ min: 0, max: MAX_AGE }),
  gone: fc.boolean()
})
const anyEntries = fc.array(anyEntry, { maxLength: 40 })

function endsWell (bytes: Uint8Array): boolean {
  try {
    const entries = decodeEntries(bytes)

    expect(decodeEntries(encodeEntries(entries))).toEqual(entries)

    return true
  } catch (thrown) {
    return thrown instanceof MalformedExchangeError && thrown.constructor !== MalformedExchangeError && thrown.field.length > 0
  }
}

describe('the entries of a page', () => {
  it('read as they were written', () => {
    fc.assert(fc.property(anyEntries, entries => {
      expect(decodeEntries(encodeEntries(entries))).toEqual(entries)
    }))
  })

  it('take no more bytes than they are said to', () => {
    fc.assert(fc.property(anyEntries, entries => {
      const said = entries.reduce((sum, entry) => sum + entryBytes(entry), 0)

      expect(encodeEntries(entries).byteLength).toBeLessThanOrEqual(said)
    }))
    const largest: PageEntry = { record: new Uint8Array(MAX_RECORD_BYTES), age: MAX_AGE, gone: true }

    expect(encodeEntries([largest]).byteLength).toBe(entryBytes(largest))
  })

  it('say an age in whole milliseconds within its range', () => {
    const entries = [12.9, -5, MAX_AGE + 1].map(age => ({ record: Uint8Array.of(1), age, gone: false }))

    expect(decodeEntries(encodeEntries(entries)).map(({ age }) => age)).toEqual([12, 0, MAX_AGE])
  })

  it('keep none of the bytes that they came in', () => {
    const bytes = encodeEntries([{ record: Uint8Array.of(1, 2, 3), age: 0, gone: false }])
    const [entry] = decodeEntries(bytes)

    bytes.fill(0)
    expect(entry?.record).toEqual(Uint8Array.of(1, 2, 3))
    expect(entry?.record.buffer.byteLength).toBe(3)
  })

  it('or a named error come of bytes put over, in or out anywhere', () => {
    const change = fc.record({ at: fc.nat(), remove: fc.nat({ max: 3 }), add: fc.uint8Array({ maxLength: 3 }) })

    fc.assert(fc.property(anyEntries, fc.array(change, { minLength: 1, maxLength: 4 }), (entries, changes) => {
      const bytes = [...encodeEntries(entries)]

      for (const { at, remove, add } of changes) {
        bytes.splice(at % (bytes.length + 1), remove, ...add)
      }

      expect(endsWell(Uint8Array.from(bytes))).toBe(true)
    }), { numRuns: 1_000 })
  })

  it.each(exchangeVectors.pages.filter(({ hex }) => hex.length < 2_000))('or a named error come of every bit turned, and every length, of: $name', ({ hex }) => {
    const bytes = bytesOf(hex)
    const bad: number[] = []

    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const turned = bytes.slice()

      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ 1 << (bit & 7)

      if (!endsWell(turned) || !endsWell(bytes.subarray(0, bit >> 3))) {
        bad.push(bit)
      }
    }

    expect(bad).toEqual([])
  })

  it('are refused when they are more bytes than a page', () => {
    expect(() => decodeEntries(new Uint8Array(MAX_PAGE_BYTES + 1))).toThrow(FieldTooLargeError)
  })

  it('are not written when they break a rule', () => {
    const entry: PageEntry = { record: Uint8Array.of(1), age: 0, gone: false }

    expect(() => encodeEntries(Array.from({ length: MAX_ENTRIES + 1 }, () => entry))).toThrow(InvalidArgumentError)
    expect(() => encodeEntries([{ ...entry, record: new Uint8Array() }])).toThrow(InvalidArgumentError)
    expect(() => encodeEntries([{ ...entry, record: new Uint8Array(MAX_RECORD_BYTES + 1) }])).toThrow(PayloadTooLargeError)
    expect(() => encodeEntries(Array.from({ length: 17 }, () => ({ ...entry, record: new Uint8Array(MAX_RECORD_BYTES) })))).toThrow(PayloadTooLargeError)
  })
})
