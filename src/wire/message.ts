import { reader } from 'protons-runtime'
import type { Writer } from 'protons-runtime'

/** One frame, field by field as in `message.proto`, which says what each is. Bytes may be a view of the frame that was read. */
export interface Message {
  readonly kind?: number | undefined
  readonly id?: Uint8Array | undefined
  readonly reason?: number | undefined
  readonly text?: Uint8Array | undefined
  readonly data?: Uint8Array | undefined
  readonly ringTime?: number | undefined
  readonly age?: number | undefined
  readonly channelId?: Uint8Array | undefined
  readonly reasonText?: Uint8Array | undefined
  readonly kept?: Uint8Array | undefined
  readonly byCallee?: boolean | undefined
  readonly number?: number | undefined
  readonly more?: boolean | undefined
  readonly heard?: number | undefined
  readonly window?: number | undefined
  readonly lane?: number | undefined
  readonly token?: Uint8Array | undefined
}

/** How a field is written and read: a method of the runtime's writer and reader alike. */
type FieldType = 'uint32' | 'uint64Number' | 'bool' | 'bytes'

/**
 * The fields of `message.proto`, in the order of their numbers, from 1 on.
 *
 * (Not the code that protons makes of that file: a third of it would never run, and this is in every page that has the service. A test
 * holds the two against each other.)
 */
const FIELDS: ReadonlyArray<readonly [name: keyof Message, type: FieldType]> = [
  ['kind', 'uint32'],
  ['id', 'bytes'],
  ['reason', 'uint32'],
  ['text', 'bytes'],
  ['data', 'bytes'],
  ['ringTime', 'uint32'],
  ['age', 'uint32'],
  ['channelId', 'bytes'],
  ['reasonText', 'bytes'],
  ['kept', 'bytes'],
  ['byCallee', 'bool'],
  ['number', 'uint64Number'],
  ['more', 'bool'],
  ['heard', 'uint64Number'],
  ['window', 'uint32'],
  ['lane', 'uint32'],
  ['token', 'bytes']
]

/** The two wire types of protobuf that these fields have. */
const VARINT = 0
const LENGTH_DELIMITED = 2

/** Writes the fields that are there, in the order of their numbers. */
export function writeMessage (message: Message, writer: Writer): void {
  FIELDS.forEach(([name, type], index) => {
    const value = message[name]

    if (value != null) {
      const number = index + 1
      const wireType = type === 'bytes' ? LENGTH_DELIMITED : VARINT

      // the table pairs each field with its type; TypeScript cannot follow that pairing through an index
      writer.uint32(number << 3 | wireType)[type](value as never)
    }
  })
}

/**
 * Reads a whole message: of a field that is there more than once the last, and over every field that is not known.
 *
 * Throws when a field runs past the end, is of a type that protobuf does not have, or holds a number that JavaScript cannot.
 */
export function readMessage (bytes: Uint8Array): Message {
  const from = reader(bytes)
  const message: { -readonly [Name in keyof Message]: unknown } = {}

  while (from.pos < from.len) {
    const tag = from.uint32()
    const field = FIELDS[(tag >>> 3) - 1]

    if (field == null) {
      from.skipType(tag & 7)
    } else {
      const [name, type] = field
      const { pos } = from

      message[name] = from[type]()

      // behind a number of 64 bits the runtime (7.1.2) goes on as if that took no more bytes than it needs
      if (type === 'uint64Number') {
        from.pos = pos
        from.skip()
      }
    }
  }

  return message as Message
}
