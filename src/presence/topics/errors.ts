import { InvitationError } from '../../errors/index.ts'

/** What came over the topic of a room was not sealed with the room's secret for that topic, or is damaged. */
export class WrongSecretError extends InvitationError {
  static override name = 'WrongSecretError'
}

/**
 * A room with a secret needs `crypto.subtle`, which browsers give to secure pages only: those that came by https, or
 * from localhost.
 */
export class InsecureContextError extends InvitationError {
  static override name = 'InsecureContextError'
}
