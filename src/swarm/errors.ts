import { InvitationError } from '../errors/index.ts'

/** There is a swarm already: it has the clock of the process. Dispose of it first. */
export class SwarmRunningError extends InvitationError {
  static override name = 'SwarmRunningError'
}

/** The swarm was disposed of. */
export class SwarmEndedError extends InvitationError {
  static override name = 'SwarmEndedError'
}

/** What was waited for did not come about within its limit of virtual time. */
export class OutOfTimeError extends InvitationError {
  static override name = 'OutOfTimeError'
}

/** The node is not running: it crashed, or was stopped. */
export class NotRunningError extends InvitationError {
  static override name = 'NotRunningError'
}
