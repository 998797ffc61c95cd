import { joined } from './joined.ts'

/** Largest number of bytes that a varint is read of here: what is longer is no length of anything. */
const MAX_VARINT_BYTES = 5

const NOTHING = new Uint8Array()

/** A piece of an input: what stands before its content, and the content, which has its length before it. */
export interface Piece {
  /** The tag of a field; empty for a frame. */
  readonly tag: Uint8Array
  /** Of a field that has no length: all that is behind its tag. */
  readonly value?: Uint8Array
  readonly content?: Uint8Array
}

/** The frames of a stream, as far as it has whole ones; what is left over is not among them. */
export function framesOf (bytes: Uint8Array): Piece[] {
  const frames: Piece[] = []

  for (let at = 0; at < bytes.length;) {
    const frame = contentAt(bytes, at)

    if (frame == null) {
      break
    }

    frames.push({ tag: NOTHING, content: frame.content })
    at = frame.end
  }

  return frames
}

/** The fields of a protobuf message; undefined if it is none. */
export function fieldsOf (bytes: Uint8Array): Piece[] | undefined {
  const fields: Piece[] = []

  for (let at = 0; at < bytes.length;) {
    const field = fieldAt(bytes, at)

    if (field == null) {
      return undefined
    }

    fields.push(field.piece)
    at = field.end
  }

  return fields
}

/** Pieces one behind the other, each content with its length. */
export function bytesOfPieces (pieces: readonly Piece[]): Uint8Array {
  return joined(pieces.flatMap(({ tag, value, content }) => content == null ? [tag, value ?? NOTHING] : [tag, varintOf(content.length), content]))
}

function fieldAt (bytes: Uint8Array, at: number): { piece: Piece, end: number } | undefined {
  const tagEnd = varintEnd(bytes, at)

  if (tagEnd == null) {
    return undefined
  }

  const tag = bytes.subarray(at, tagEnd)

  switch ((bytes[at] ?? 0) & 7) {
    case 0: {
      const end = varintEnd(bytes, tagEnd)

      return end == null ? undefined : { piece: { tag, value: bytes.subarray(tagEnd, end) }, end }
    }
    case 2: {
      const found = contentAt(bytes, tagEnd)

      return found == null ? undefined : { piece: { tag, content: found.content }, end: found.end }
    }
    default:
      return undefined
  }
}

function contentAt (bytes: Uint8Array, at: number): { content: Uint8Array, end: number } | undefined {
  const from = varintEnd(bytes, at)

  if (from == null || from - at > MAX_VARINT_BYTES) {
    return undefined
  }

  let length = 0

  for (let index = from - 1; index >= at; index--) {
    length = length * 128 + (bytes[index]! & 0x7f)
  }

  const end = from + length

  return end > bytes.length ? undefined : { content: bytes.subarray(from, end), end }
}

/** Where a varint ends; undefined if the bytes end before. */
function varintEnd (bytes: Uint8Array, at: number): number | undefined {
  for (let end = at; end < bytes.length; end++) {
    if (bytes[end]! < 0x80) {
      return end + 1
    }
  }

  return undefined
}

function varintOf (value: number): Uint8Array {
  const bytes: number[] = []
  let left = value

  for (; left > 0x7f; left >>>= 7) {
    bytes.push(left & 0x7f | 0x80)
  }

  bytes.push(left)

  return Uint8Array.from(bytes)
}
