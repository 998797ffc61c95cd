import * as fc from 'fast-check'

/** A tag, which takes two bytes from field 16 on. */
const tagOf = (number: number, type: number): number[] => number < 16 ? [number << 3 | type] : [number << 3 & 127 | type | 128, number >> 4]

/** A number of up to twelve bytes. */
const longNumber = (leastLastByte: number): fc.Arbitrary<number[]> =>
  fc.tuple(fc.array(fc.integer({ min: 128, max: 255 }), { maxLength: 11 }), fc.integer({ min: leastLastByte, max: 127 })).map(parts => parts.flat())

/** Up to twelve times bytes that look like a field, one behind the other: tag and then a number, or bytes with their length. */
const fields = (number: fc.Arbitrary<number[]>, greatestByte: number): fc.Arbitrary<number[]> => fc.array(fc.tuple(
  fc.nat({ max: 18 }),
  fc.nat({ max: 7 }),
  fc.oneof(number, fc.array(fc.nat({ max: greatestByte }), { maxLength: 40 }).map(bytes => [bytes.length].concat(bytes)))
).map(([field, type, value]) => tagOf(field, type).concat(value)), { maxLength: 12 }).map(all => all.flat())

/** Any of them. */
export const anyFields: fc.Arbitrary<number[]> = fields(longNumber(0), 255)

/**
 * Those in which no number takes more bytes than it needs, wherever one is read: whatever is not a byte alone ends with one that is
 * not 0.
 */
export const shortestFields: fc.Arbitrary<number[]> = fields(fc.oneof(longNumber(1), fc.constant<number[]>([0])), 127)
