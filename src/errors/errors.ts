/** The base of every error that this library throws, so that one `instanceof` tells them from foreign ones. */
export class InvitationError extends Error {
  static override name: string = 'InvitationError'

  constructor (message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** An argument is of the wrong type, out of range, or names this very peer. */
export class InvalidArgumentError extends InvitationError {
  static override name = 'InvalidArgumentError'
}

/** Content, response, message, text, channel id or app data is larger than its limit. */
export class PayloadTooLargeError extends InvitationError {
  static override name = 'PayloadTooLargeError'
}

/** The service is not started. */
export class NotStartedError extends InvitationError {
  static override name = 'NotStartedError'
}

/** The invitation was sent before; an invitation is sent once. */
export class AlreadySentError extends InvitationError {
  static override name = 'AlreadySentError'
}

/** The invitation was accepted before. */
export class AlreadyAcceptedError extends InvitationError {
  static override name = 'AlreadyAcceptedError'
}

/** The invitation has ended. */
export class AlreadyEndedError extends InvitationError {
  static override name = 'AlreadyEndedError'
  /** How it had ended. */
  readonly end: { readonly state: string, readonly reason: string, readonly originator: string }

  constructor (end: { readonly state: string, readonly reason: string, readonly originator: string }) {
    super(`the invitation has ended: ${end.state} (${end.reason}, ${end.originator})`)
    this.end = end
  }
}

/** Only the other side of the invitation may do this. */
export class WrongRoleError extends InvitationError {
  static override name = 'WrongRoleError'
}

/** Nothing of that name is known here. */
export class NotFoundError extends InvitationError {
  static override name = 'NotFoundError'
}

/** A limit on numbers or on rate forbids this now. */
export class RateLimitedError extends InvitationError {
  static override name = 'RateLimitedError'
}

/** The caller of the method gave up waiting. The name is the platform's own, for `err.name === 'AbortError'`. */
export class AbortError extends InvitationError {
  static override name = 'AbortError'
}

/** The session has ended; what was not heard by then may have come or not. */
export class SessionEndedError extends InvitationError {
  static override name = 'SessionEndedError'
  /** How it had ended. */
  readonly end: { readonly reason: string, readonly originator: string }

  constructor (end: { readonly reason: string, readonly originator: string }) {
    super(`the session has ended: ${end.reason} (${end.originator})`)
    this.end = end
  }
}

/** The other side's software cannot do this. */
export class UnsupportedError extends InvitationError {
  static override name = 'UnsupportedError'
}

/** A transport failed without giving an `Error`, as a refused websocket does (it rejects with a DOM `Event`). */
export class TransportError extends InvitationError {
  static override name = 'TransportError'
}

/** An address cannot be listened on, such as a port that is taken. */
export class ListenError extends InvitationError {
  static override name = 'ListenError'
}
