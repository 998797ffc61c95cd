import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkTimes, compareRecords, createEpoch, decodeRecord, encodeRecord, epochStart, ExpiredRecordError, FutureRecordError, InvalidRecordError, LAST_SEQUENCE, LifetimeOutOfRangeError, MalformedRecordError, MAX_DATA_BYTES, MAX_LIFETIME, MAX_PEER_RECORD_BYTES, MIN_LIFETIME, RecordTooLargeError } from '../../../src/presence/record/index.ts'
import { RecordMessage } from '../../../src/presence/record/record-message.ts'
import { epochAt, record, TODAY } from './records.ts'

const MINUTE = 60_000

/** The fields of an honest record as they are on the wire, with some of them spoilt, or one left out. */
function message (changes: Partial<RecordMessage>, without?: keyof RecordMessage): Uint8Array {
  const fields = { ...RecordMessage.decode(encodeRecord(record())), ...changes }

  if (without != null) {
    delete fields[without]
  }

  return RecordMessage.encode(fields)
}

function faultOf (work: () => void): unknown {
  try {
    work()

    return undefined
  } catch (err) {
    return err
  }
}

describe('a presence record', () => {
  it('reads as it was written, whatever it says', () => {
    const records = fc.record({
      epoch: fc.tuple(fc.nat(), fc.uint8Array({ minLength: 8, maxLength: 8 })).map(([start, lot]) => createEpoch(start, lot)),
      sequence: fc.bigInt(1n, LAST_SEQUENCE - 1n),
      issued: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      lifetime: fc.integer({ min: MIN_LIFETIME, max: MAX_LIFETIME }),
      status: fc.constantFrom('online', 'away', 'busy', 'do-not-disturb'),
      data: fc.uint8Array({ maxLength: MAX_DATA_BYTES }),
      peerRecord: fc.uint8Array({ minLength: 1, maxLength: MAX_PEER_RECORD_BYTES })
    }, { requiredKeys: ['epoch', 'sequence', 'issued', 'lifetime', 'status', 'data'] })

    fc.assert(fc.property(records, (written) => {
      expect(decodeRecord(encodeRecord(written))).toEqual(written)
    }))
  })

  it('keeps no memory of the bytes that it was read from', () => {
    const bytes = encodeRecord(record({ data: Uint8Array.of(1, 2, 3), peerRecord: Uint8Array.of(4, 5) }))
    const read = decodeRecord(bytes)

    bytes.fill(0)

    expect(read.data).toEqual(Uint8Array.of(1, 2, 3))
    expect(read.peerRecord).toEqual(Uint8Array.of(4, 5))
  })

  it('reads past fields of a later version, and takes a status of a later version for online', () => {
    const later = Uint8Array.from([...message({ status: 77 }), 0x9a, 0x06, 2, 1, 2])

    expect(decodeRecord(later)).toEqual(record())
  })

  it.each(['epoch', 'sequence', 'issued', 'status'] as const)('is malformed without its %s', (field) => {
    expect(() => decodeRecord(message({}, field))).toThrow(MalformedRecordError)
  })

  it.each<[string, Partial<RecordMessage>]>([
    ['an epoch that is too short', { epoch: new Uint8Array(15) }],
    ['an epoch that is too long', { epoch: new Uint8Array(17) }],
    ['the sequence 0', { sequence: 0n }],
    ['the status 0', { status: 0 }],
    ['a time of signing that no clock shows', { issued: 2n ** 60n }],
    ['the last sequence without being a goodbye', { sequence: LAST_SEQUENCE }],
    ['a goodbye with another sequence', { status: 5 }]
  ])('is malformed with %s', (_, changes) => {
    expect(() => decodeRecord(message(changes))).toThrow(MalformedRecordError)
  })

  it.each([0, MIN_LIFETIME - 1, MAX_LIFETIME + 1, 2 ** 32 - 1])('may not live %s ms', (lifetime) => {
    expect(() => decodeRecord(message({ lifetime }))).toThrow(LifetimeOutOfRangeError)
  })

  it('may not live for a time that it does not say', () => {
    expect(() => decodeRecord(message({}, 'lifetime'))).toThrow(LifetimeOutOfRangeError)
  })

  it('may not carry more data or addresses than allowed', () => {
    expect(() => decodeRecord(message({ data: new Uint8Array(MAX_DATA_BYTES + 1) }))).toThrow(RecordTooLargeError)
    expect(() => decodeRecord(message({ peerRecord: new Uint8Array(MAX_PEER_RECORD_BYTES + 1) }))).toThrow(RecordTooLargeError)
  })

  it('is a named error or a sound record, whatever bytes come in', () => {
    const spoilt = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })).map(([at, value]) => {
      const bytes = message({ data: new Uint8Array(40), peerRecord: new Uint8Array(40) })

      bytes[at % bytes.length] = value

      return bytes
    })

    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), spoilt), (bytes) => {
      const fault = faultOf(() => { encodeRecord(decodeRecord(bytes)) })

      expect(fault === undefined || fault instanceof InvalidRecordError).toBe(true)
    }), { numRuns: 2_000 })
  })
})

describe('the order of records', () => {
  it('is by the start of the run, then by its lot, then by sequence', () => {
    const inOrder = [
      record({ epoch: epochAt(1, 9), sequence: 1n }),
      record({ epoch: epochAt(1, 9), sequence: 2n }),
      record({ epoch: epochAt(1, 9), sequence: 2n ** 53n + 1n }),
      record({ epoch: epochAt(1, 9), sequence: LAST_SEQUENCE, status: 'leaving' }),
      record({ epoch: epochAt(2, 3), sequence: 1n }),
      record({ epoch: epochAt(2, 200), sequence: 1n }),
      record({ epoch: epochAt(300, 0), sequence: 1n })
    ]

    expect(inOrder.toReversed().toSorted(compareRecords)).toEqual(inOrder)
    expect(compareRecords(record(), record())).toBe(0)
  })

  it('follows the clock for every start that a clock can show', () => {
    const starts = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

    fc.assert(fc.property(starts, starts, fc.uint8Array({ minLength: 8, maxLength: 8 }), (a, b, lot) => {
      expect(epochStart(createEpoch(a, lot))).toBe(a)
      expect(Math.sign(compareRecords(record({ epoch: createEpoch(a, lot) }), record({ epoch: createEpoch(b, lot) })))).toBe(Math.sign(a - b))
    }))
  })
})

describe('the times of a record', () => {
  it('may differ from the reader’s clock by five minutes', () => {
    expect(faultOf(() => { checkTimes(record({ issued: TODAY + 5 * MINUTE, epoch: epochAt(5 * MINUTE) }), TODAY) })).toBe(undefined)
    expect(faultOf(() => { checkTimes(record({ issued: TODAY - 5 * MINUTE - 30_000 }), TODAY) })).toBe(undefined)
  })

  it('may not be further in the future, be it of signing or of the start of the epoch', () => {
    expect(() => { checkTimes(record({ issued: TODAY + 5 * MINUTE + 1 }), TODAY) }).toThrow(FutureRecordError)
    expect(() => { checkTimes(record({ epoch: epochAt(5 * MINUTE + 1) }), TODAY) }).toThrow(FutureRecordError)
    expect(() => { checkTimes(record({ epoch: 'ffffffffffffffff0000000000000000' }), TODAY) }).toThrow(FutureRecordError)
  })

  it('may not have run out longer ago', () => {
    expect(() => { checkTimes(record({ issued: TODAY - 5 * MINUTE - 30_001 }), TODAY) }).toThrow(ExpiredRecordError)
  })
})
