import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { MAX_PAYLOAD_BYTES } from '../wire/index.ts'
import { PART_COST } from './constants.ts'
import type { Payload } from '../wire/index.ts'

/** One part of a message, as it is said in a session. */
export interface Part {
  /** Which of all parts of this side on its lane, from 1 on. */
  readonly number: number
  readonly payload: Payload
  /** Whether the message goes on in the next part. */
  readonly more: boolean
}

/** A text that is cut may begin with U+FEFF anywhere. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Cuts a message into as few parts as there can be; bytes are copied. Those of a text are well-formed each. */
export function partsOf (message: Payload): Payload[] {
  if (typeof message === 'string') {
    return bytesOf(message) <= MAX_PAYLOAD_BYTES ? [message] : cut(fromString(message), isInCharacter).map(bytes => decoder.decode(bytes))
  }

  return cut(message, () => false).map(bytes => Uint8Array.from(bytes))
}

/** Puts the parts of a message together; `undefined` if some are text and some are bytes. */
export function join (parts: readonly Payload[]): Payload | undefined {
  if (parts.every(part => typeof part === 'string')) {
    return parts.join('')
  }

  return parts.every(part => typeof part !== 'string') ? concat([...parts]) : undefined
}

/** How many bytes a text, as UTF-8, or an array has. */
export const bytesOf = (payload: Payload): number => (typeof payload === 'string' ? fromString(payload) : payload).length

/** What a part costs, for window, pace and all that is bounded. */
export const costOf = (payload: Payload): number => PART_COST + bytesOf(payload)

function cut (bytes: Uint8Array, mayNotBegin: (byte: number | undefined) => boolean): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let from = 0

  do {
    let to = Math.min(from + MAX_PAYLOAD_BYTES, bytes.length)

    while (mayNotBegin(bytes[to])) {
      to--
    }

    pieces.push(bytes.subarray(from, to))
    from = to
  } while (from < bytes.length)

  return pieces
}

/** Whether a byte of UTF-8 is not the first one of its character. */
const isInCharacter = (byte: number | undefined): boolean => byte != null && (byte & 0xc0) === 0x80
