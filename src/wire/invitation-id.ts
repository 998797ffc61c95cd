import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { InvalidArgumentError } from '../errors/index.ts'
import { ID_BYTES } from './constants.ts'
import { InvalidIdError } from './errors.ts'
import type { InvitationId } from './words.ts'

const ID = new RegExp(`^[0-9a-f]{${2 * ID_BYTES}}$`)

/** The bytes of an id, for the wire. Throws `InvalidArgumentError` if it is not 32 lower-case hexadecimal digits. */
export function idToBytes (id: InvitationId): Uint8Array<ArrayBuffer> {
  if (!ID.test(id)) {
    throw new InvalidArgumentError('an invitation id is 32 lower-case hexadecimal digits')
  }

  return fromString(id, 'base16')
}

/** The id that these bytes of `field` are. Throws `InvalidIdError` if they are not 16. */
export function idFromBytes (field: string, bytes: Uint8Array): InvitationId {
  if (bytes.length !== ID_BYTES) {
    throw new InvalidIdError(field, `is ${bytes.length} bytes, an invitation id has ${ID_BYTES}`)
  }

  return toString(bytes, 'base16')
}
