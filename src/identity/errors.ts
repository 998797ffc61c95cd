import { InvitationError } from '../errors/index.ts'

/** Why a key is for this page load, or this process, only. */
export class NotKeptError extends InvitationError {
  static override name = 'NotKeptError'
}

/** What is in the datastore in place of the key is none: it is damaged, or somebody else's, or encrypted. */
export class DamagedKeyError extends InvitationError {
  static override name = 'DamagedKeyError'
}
