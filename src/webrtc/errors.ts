import { InvitationError } from '../errors/index.ts'

/** The base of what can go wrong in a negotiation: each comes by the event `error`, and the negotiation goes on. */
export class NegotiationError extends InvitationError {
  static override name: string = 'NegotiationError'
}

/** The other side said what SPEC.md does not allow; it is ignored. */
export class MalformedSignalError extends NegotiationError {
  static override name = 'MalformedSignalError'
}

/** More than 256 candidates came after one description; the rest is ignored. */
export class TooManyCandidatesError extends NegotiationError {
  static override name = 'TooManyCandidatesError'
}

/** `setLocalDescription` failed; the cause is its error. */
export class LocalDescriptionError extends NegotiationError {
  static override name = 'LocalDescriptionError'
}

/** `setRemoteDescription` failed for what the other side said; the cause is its error. */
export class RemoteDescriptionError extends NegotiationError {
  static override name = 'RemoteDescriptionError'
}

/** `addIceCandidate` failed for what the other side said; the cause is its error. One candidate less may not matter. */
export class CandidateError extends NegotiationError {
  static override name = 'CandidateError'
}

/** What this side had to say could not be sent; the cause says why. */
export class SignalNotSentError extends NegotiationError {
  static override name = 'SignalNotSentError'
}

/** ICE was restarted six times in a row and is not connected. A change of the network brings another try. */
export class RestartsFailedError extends NegotiationError {
  static override name = 'RestartsFailedError'
}

/** `getStats` failed; the cause is its error. */
export class StatsError extends NegotiationError {
  static override name = 'StatsError'
}

/** The session has, or had, a negotiation: it carries that of one peer connection only. */
export class AlreadyNegotiatingError extends NegotiationError {
  static override name = 'AlreadyNegotiatingError'
}
