import type { DeliveredWord, InviteWord } from '../../src/wire/index.ts'

/** A small word, told apart from others by its number. */
export function word (number: number): DeliveredWord {
  return { kind: 'delivered', id: number.toString(16).padStart(32, '0') }
}

/** As many small words. */
export function words (count: number, from: number = 0): DeliveredWord[] {
  return Array.from({ length: count }, (_, index) => word(from + index))
}

/** A word of at least this many bytes, at most 8 KiB. */
export function largeWord (number: number, bytes: number = 8_192): InviteWord {
  return { kind: 'invite', id: word(number).id, ringTime: 60_000, age: 0, content: new Uint8Array(bytes) }
}
