import { InvitationError } from '../errors/index.ts'

/** The peer did not read what was said to it: nothing for too long, or too much waits for it. */
export class PeerNotReadingError extends InvitationError {
  static override name = 'PeerNotReadingError'
}

/** A stream was given up in favour of another, or because nobody needs it. */
export class StreamGivenUpError extends InvitationError {
  static override name = 'StreamGivenUpError'
}
