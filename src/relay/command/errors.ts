import { InvitationError } from '../../errors/index.ts'

/** What the operator wrote (options, environment, configuration file) cannot be meant. The command ends with 2. */
export class ConfigurationError extends InvitationError {
  static override name = 'ConfigurationError'
}

/** What was written is sound, but the machine refuses it: a file, a port. The command ends with 1. */
export class RefusedError extends InvitationError {
  static override name = 'RefusedError'
}
