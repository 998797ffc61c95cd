import { InvitationError } from '../../errors/index.ts'

/** There is no open connection to the peer. */
export class NotConnectedError extends InvitationError {
  static override name = 'NotConnectedError'
}

/** The peer did not answer in time. */
export class NotAnsweredError extends InvitationError {
  static override name = 'NotAnsweredError'
}

/** The stream ended before the answer came; `cause` says why, if it did not end in order. */
export class StreamEndedError extends InvitationError {
  static override name = 'StreamEndedError'
}

/** The peer that was asked is not in that room. */
export class UnknownRoomError extends InvitationError {
  static override name = 'UnknownRoomError'
}

/** The peer that was asked answers nobody, or not this one, for now: ask another, or this one in two seconds or more. */
export class BusyError extends InvitationError {
  static override name = 'BusyError'
}

/** The peer did not read what was said to it: nothing for too long, or too much waits for it. */
export class PeerNotReadingError extends InvitationError {
  static override name = 'PeerNotReadingError'
}

/** A stream was given up: a newer one took its place, its opening came too late, or the peer did not close its side. */
export class StreamGivenUpError extends InvitationError {
  static override name = 'StreamGivenUpError'
}

/** The peer does what no peer does that keeps to `SPEC.md`. The stream that it did it on is reset. */
export class MisbehavingPeerError extends InvitationError {
  static override name = 'MisbehavingPeerError'
}

/** It asked while its last question was not yet answered. */
export class SecondQuestionError extends MisbehavingPeerError {
  static override name = 'SecondQuestionError'
}

/** It sent a page that nobody had asked for. */
export class UnaskedPageError extends MisbehavingPeerError {
  static override name = 'UnaskedPageError'
}

/** It handed over too much, or went on asking although it was told to wait. */
export class TooOftenError extends MisbehavingPeerError {
  static override name = 'TooOftenError'
}

/** It began a message and did not end it. */
export class HalfMessageError extends MisbehavingPeerError {
  static override name = 'HalfMessageError'
}

/** A message, or a page, that breaks a rule of its form. There is one class for each thing that can be wrong. */
export class MalformedExchangeError extends MisbehavingPeerError {
  static override name = 'MalformedExchangeError'
  /** The field that is wrong, by its name in `exchange-message.proto`; `length` is the length, `frame` the whole message. */
  readonly field: string

  constructor (field: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.field = field
  }
}

/** The length announces more than a message may have, or is itself longer than such a length takes. */
export class FrameTooLargeError extends MalformedExchangeError {
  static override name = 'FrameTooLargeError'
}

/** The length takes more bytes than its number needs. */
export class InvalidLengthError extends MalformedExchangeError {
  static override name = 'InvalidLengthError'
}

/** Not a protobuf message: a field runs past its end, or is of a type that protobuf does not have. */
export class InvalidEncodingError extends MalformedExchangeError {
  static override name = 'InvalidEncodingError'
}

/** It is more than one of ask, page and handover. */
export class AmbiguousMessageError extends MalformedExchangeError {
  static override name = 'AmbiguousMessageError'
}

/** A field that must be there is not. */
export class MissingFieldError extends MalformedExchangeError {
  static override name = 'MissingFieldError'
}

/** A topic is not well-formed UTF-8. */
export class InvalidTextError extends MalformedExchangeError {
  static override name = 'InvalidTextError'
}

/** A field is larger than its limit, or a page has more entries than its limit. */
export class FieldTooLargeError extends MalformedExchangeError {
  static override name = 'FieldTooLargeError'
}

/** A digest is not of its length, an age not in its range, a topic or record empty. */
export class OutOfRangeError extends MalformedExchangeError {
  static override name = 'OutOfRangeError'
}
