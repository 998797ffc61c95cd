import { InvitationError } from '../errors/index.ts'

/** A peer whose identity was released when it stopped was to be started again. */
export class ReleasedError extends InvitationError {
  static override name = 'ReleasedError'
}
