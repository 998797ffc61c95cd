/** A protobuf writer of the tests' own, in hexadecimal: what it writes owes nothing to the code that is tested by it. */

export function varint (value: number | bigint): string {
  let rest = BigInt(value)
  let hex = ''

  do {
    const more = rest > 0x7fn

    hex += (Number(rest & 0x7fn) | (more ? 0x80 : 0)).toString(16).padStart(2, '0')
    rest >>= 7n
  } while (rest > 0n)

  return hex
}

export const size = (hex: string): number => hex.length / 2
export const text = (value: string): string => Buffer.from(value).toString('hex')
export const repeated = (byte: string, count: number): string => byte.repeat(count)
export const number = (field: number, value: number | bigint): string => varint(field << 3) + varint(value)
export const bytes = (field: number, hex: string): string => varint(field << 3 | 2) + varint(size(hex)) + hex
/** The same with its length in front. */
export const prefixed = (message: string): string => varint(size(message)) + message
