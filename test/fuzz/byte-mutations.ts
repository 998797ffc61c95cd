import { joined } from './joined.ts'
import type { Lots } from './lots.ts'

/** Bytes at which something changes: ends of ranges, of varints, of ASCII and of UTF-8, and what text formats are made of. */
const NOTABLE_BYTES = Uint8Array.of(0, 1, 2, 0x7f, 0x80, 0x81, 0xbf, 0xc0, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xff, 0x22, 0x2f, 0x5b, 0x5c, 0x7b, 0x7d)

/** Numbers as varints at which something changes, some of them longer than they need be. */
const NOTABLE_VARINTS = [
  [0x80, 0x00], [0x81, 0x00], [0x80, 0x40], [0x81, 0x40], [0x80, 0x80, 0x01], [0x81, 0x80, 0x01], [0xe8, 0x07], [0xc0, 0xcf, 0x24], [0xc1, 0xcf, 0x24],
  [0xff, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0x80, 0x80, 0x10], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]
].map(bytes => Uint8Array.from(bytes))

/** Most bytes that are put in, taken out or said again at once. */
const MOST_AT_ONCE = 32

type Mutation = (bytes: Uint8Array, lots: Lots, other: Uint8Array) => Uint8Array

const without = (bytes: Uint8Array, at: number, length: number): Uint8Array => joined([bytes.subarray(0, at), bytes.subarray(at + length)])
const withIn = (bytes: Uint8Array, at: number, more: Uint8Array): Uint8Array => joined([bytes.subarray(0, at), more, bytes.subarray(at)])

/** A copy in which one byte is another. */
function changed (bytes: Uint8Array, lots: Lots, change: (byte: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const at = lots.below(bytes.length)

  copy[at] = change(copy[at] ?? 0)

  return copy
}

const MUTATIONS: readonly Mutation[] = [
  (bytes, lots) => changed(bytes, lots, byte => byte ^ 1 << lots.below(8)),
  (bytes, lots) => changed(bytes, lots, () => lots.below(256)),
  (bytes, lots) => changed(bytes, lots, () => NOTABLE_BYTES[lots.below(NOTABLE_BYTES.length)]!),
  (bytes, lots) => changed(bytes, lots, byte => byte + lots.below(9) - 4),
  (bytes, lots) => without(bytes, lots.below(bytes.length), 1 + lots.below(MOST_AT_ONCE)),
  (bytes, lots) => bytes.subarray(0, lots.below(bytes.length + 1)),
  (bytes, lots) => withIn(bytes, lots.below(bytes.length + 1), lots.bytes(1 + lots.below(MOST_AT_ONCE))),
  (bytes, lots) => withIn(bytes, lots.below(bytes.length + 1), NOTABLE_VARINTS[lots.below(NOTABLE_VARINTS.length)]!),
  (bytes, lots) => {
    const at = lots.below(bytes.length)

    return withIn(bytes, at, bytes.subarray(at, at + 1 + lots.below(MOST_AT_ONCE)))
  },
  (bytes, lots) => {
    // as if a number had become a longer one
    const at = lots.below(bytes.length)

    return withIn(without(bytes, at, 1), at, NOTABLE_VARINTS[lots.below(NOTABLE_VARINTS.length)]!)
  },
  (bytes, lots, other) => joined([bytes.subarray(0, lots.below(bytes.length + 1)), other.subarray(lots.below(other.length + 1))]),
  (bytes, lots, other) => {
    const at = lots.below(other.length + 1)

    return withIn(bytes, lots.below(bytes.length + 1), other.subarray(at, at + MOST_AT_ONCE))
  }
]

/** The bytes, changed in one way; `other` is where some ways take bytes from. They may come back as they were. */
export function mutateBytes (bytes: Uint8Array, lots: Lots, other: Uint8Array): Uint8Array {
  return bytes.length === 0 ? lots.bytes(lots.below(MOST_AT_ONCE)) : MUTATIONS[lots.below(MUTATIONS.length)]!(bytes, lots, other)
}
