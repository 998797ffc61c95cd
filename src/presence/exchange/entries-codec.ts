import { withArrayBuffer } from 'uint8arrays/with-array-buffer'
import { InvalidArgumentError, PayloadTooLargeError } from '../../errors/index.ts'
import { MAX_RECORD_BYTES } from '../record/index.ts'
import { MAX_AGE, MAX_ENTRIES, MAX_PAGE_BYTES } from './constants.ts'
import { FieldTooLargeError, InvalidEncodingError, MissingFieldError, OutOfRangeError } from './errors.ts'
import { Entry, PageEntries } from './exchange-message.ts'

/** What the answerer knows of one peer of the room. */
export interface PageEntry {
  /** A signed record, 1 to 4,096 bytes, as its subject signed it. */
  readonly record: Uint8Array
  /** Milliseconds since the answerer heard it, at most a day; a duration, since two clocks never agree. */
  readonly age: number
  /** Whether the answerer takes its subject to be gone. */
  readonly gone: boolean
}

/**
 * How many bytes an entry takes in a page, at most: whoever makes a page adds them up, and stops before `MAX_PAGE_BYTES`
 * less what sealing adds.
 */
export function entryBytes ({ record }: Pick<PageEntry, 'record'>): number {
  // tags and lengths of entry and record (3 + 3), tag and varint of the age (1 + 4), tag and byte of gone (2)
  return record.byteLength + 13
}

/**
 * The bytes of a page's entries, not sealed yet. An age is said in whole milliseconds, and never above a day.
 *
 * @throws {InvalidArgumentError} more than 256 entries, or a record that is empty
 * @throws {PayloadTooLargeError} a record above 4,096 bytes, or all of it above 65,536
 */
export function encodeEntries (entries: readonly PageEntry[]): Uint8Array {
  if (entries.length > MAX_ENTRIES) {
    throw new InvalidArgumentError(`entries: at most ${MAX_ENTRIES}`)
  }

  const bytes = PageEntries.encode({ entries: entries.map(toWire) })

  if (bytes.byteLength > MAX_PAGE_BYTES) {
    throw new PayloadTooLargeError(`a page has at most ${MAX_PAGE_BYTES} bytes`)
  }

  return bytes
}

/**
 * Reads a page's entries, once they are opened. The records are not looked into. Nothing of what it returns is a view of
 * `bytes`: a record that is kept must not keep a page.
 *
 * @throws {MalformedExchangeError} not a page's entries, or one of them breaks a rule
 */
export function decodeEntries (bytes: Uint8Array): PageEntry[] {
  if (bytes.byteLength > MAX_PAGE_BYTES) {
    throw new FieldTooLargeError('entries', `a page has at most ${MAX_PAGE_BYTES} bytes`)
  }

  return parse(bytes).map(entry => entryOf(entry))
}

function toWire ({ record, age, gone }: PageEntry): Uint8Array<ArrayBuffer> {
  if (record.byteLength === 0) {
    throw new InvalidArgumentError('record: at least one byte')
  }

  if (record.byteLength > MAX_RECORD_BYTES) {
    throw new PayloadTooLargeError(`a record has at most ${MAX_RECORD_BYTES} bytes`)
  }

  return Entry.encode({
    record: withArrayBuffer(record),
    age: Math.max(0, Math.min(Math.floor(age), MAX_AGE)),
    ...(gone && { gone })
  })
}

function parse (bytes: Uint8Array): Entry[] {
  try {
    return PageEntries.decode(bytes, { limits: { entries: MAX_ENTRIES } }).entries.map(entry => Entry.decode(entry))
  } catch (err) {
    if (err instanceof Error && err.name === 'MaxLengthError') {
      throw new FieldTooLargeError('entries', `a page has at most ${MAX_ENTRIES} entries`, { cause: err })
    }

    throw new InvalidEncodingError('entries', 'the page is no protobuf message', { cause: err })
  }
}

function entryOf ({ record, age = 0, gone = false }: Entry): PageEntry {
  if (record == null) {
    throw new MissingFieldError('record', 'record is missing')
  }

  if (record.byteLength === 0) {
    throw new OutOfRangeError('record', 'a record has at least one byte')
  }

  if (record.byteLength > MAX_RECORD_BYTES) {
    throw new FieldTooLargeError('record', `a record has at most ${MAX_RECORD_BYTES} bytes`)
  }

  if (age > MAX_AGE) {
    throw new OutOfRangeError('age', `an age is at most ${MAX_AGE} ms`)
  }

  return { record: record.slice(), age, gone }
}
