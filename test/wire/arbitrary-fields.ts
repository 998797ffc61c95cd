import * as fc from 'fast-check'

/** A tag, which takes two bytes from field 16 on. */
const tagOf = (number: number, type: number): number[] => number < 16 ? [number << 3 | type] : [number << 3 & 127 | type | 128, number >> 4]

/** Bytes that look like a field: tag and then a number, or bytes with their length. */
const field: fc.Arbitrary<number[]> = fc.tuple(
  fc.nat({ max: 18 }),
  fc.nat({ max: 7 }),
  fc.oneof(
    fc.tuple(fc.array(fc.integer({ min: 128, max: 255 }), { maxLength: 11 }), fc.nat({ max: 127 })).map(parts => parts.flat()),
    fc.uint8Array({ maxLength: 40 }).map(bytes => [bytes.length].concat(...bytes))
  )
).map(([number, type, value]) => tagOf(number, type).concat(value))

/** Up to twelve of them, one behind the other. */
export const anyFields: fc.Arbitrary<number[]> = fc.array(field, { maxLength: 12 }).map(fields => fields.flat())
