import { fromString } from 'uint8arrays/from-string'
import { InvalidArgumentError, PayloadTooLargeError } from '../errors/index.ts'
import { FieldTooLargeError, InvalidTextError } from './errors.ts'

/** Strict, and a text that begins with U+FEFF keeps it: what was said is what is heard. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A text as UTF-8. Throws `PayloadTooLargeError` if that is more than `limit` bytes, `InvalidArgumentError` if the text
 * has half of a surrogate pair, which UTF-8 cannot say. `name` is what the errors call it.
 */
export function encodeText (name: string, text: string, limit: number): Uint8Array<ArrayBuffer> {
  // no text has fewer bytes than UTF-16 units: a giant one is refused before it is copied
  const bytes = text.length <= limit ? fromString(text) : undefined

  if (bytes == null || bytes.length > limit) {
    throw new PayloadTooLargeError(`${name} is larger than ${limit} bytes`)
  }

  if (!text.isWellFormed()) {
    throw new InvalidArgumentError(`${name} is not well-formed Unicode`)
  }

  return bytes
}

/** The text that these bytes of `field` are. Throws `FieldTooLargeError` above `limit` bytes, `InvalidTextError` if they are no UTF-8. */
export function decodeText (field: string, bytes: Uint8Array, limit: number): string {
  checkSize(field, bytes, limit)

  try {
    return decoder.decode(bytes)
  } catch (err) {
    throw new InvalidTextError(field, 'is not well-formed UTF-8', { cause: err })
  }
}

/** Throws `FieldTooLargeError` if `field` has more than `limit` bytes. */
export function checkSize (field: string, bytes: Uint8Array, limit: number): void {
  if (bytes.length > limit) {
    throw new FieldTooLargeError(field, `is ${bytes.length} bytes, at most ${limit} are allowed`)
  }
}
