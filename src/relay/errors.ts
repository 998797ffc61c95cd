import { InvitationError } from '../errors/index.ts'

/** A peer takes more of this relay than it may; only ever the reason for which a stream or a connection is cut. */
export class RelayLimitError extends InvitationError {
  static override name = 'RelayLimitError'
}
