import { InvitationError } from '../errors/index.ts'

/** The node has no circuit relay transport, or one that this library does not know how to use. */
export class RelayTransportError extends InvitationError {
  static override name = 'RelayTransportError'
}

/** A relay was reached and gave no reservation, because it is full or for reasons of its own. */
export class RelayRefusedError extends InvitationError {
  static override name = 'RelayRefusedError'
}
