import { TransportError } from './errors.ts'

/**
 * Makes an `Error` of whatever was thrown. A refused websocket rejects with a DOM `Event` that is no `Error`, has no
 * `name` and no `message`; this is the one place where such things get both.
 */
export function asError (thrown: unknown): Error {
  if (thrown instanceof Error) {
    return thrown
  }

  return new TransportError('the transport failed without saying why', { cause: thrown })
}
