import { InvitationError } from '../errors/index.ts'

/**
 * A frame that no peer that keeps to `SPEC.md` sends. The stream that it came on is aborted; nothing after it is read.
 * There is one class for each thing that can be wrong.
 */
export class MalformedFrameError extends InvitationError {
  static override name = 'MalformedFrameError'
  /** The field that is wrong, by its name in `message.proto`; `length` is the length prefix, `frame` the whole. */
  readonly field: string

  /** `what` is wrong with the field. */
  constructor (field: string, what: string, options?: ErrorOptions) {
    super(`${field} ${what}`, options)
    this.field = field
  }
}

/** The length prefix announces more than a frame may have, or is itself longer than such a length takes. */
export class FrameTooLargeError extends MalformedFrameError {
  static override name = 'FrameTooLargeError'
}

/** The length prefix takes more bytes than its number needs. */
export class InvalidLengthError extends MalformedFrameError {
  static override name = 'InvalidLengthError'
}

/** The frame is no protobuf message: a field runs past its end, or is of a type that protobuf does not have. */
export class InvalidEncodingError extends MalformedFrameError {
  static override name = 'InvalidEncodingError'
}

/** A field that this kind must have is not there. */
export class MissingFieldError extends MalformedFrameError {
  static override name = 'MissingFieldError'
}

/** An invitation id is not exactly 16 bytes long. */
export class InvalidIdError extends MalformedFrameError {
  static override name = 'InvalidIdError'
}

/** A text is not well-formed UTF-8. */
export class InvalidTextError extends MalformedFrameError {
  static override name = 'InvalidTextError'
}

/** A content, response, part of a message, channel id or reason text is larger than its limit. */
export class FieldTooLargeError extends MalformedFrameError {
  static override name = 'FieldTooLargeError'
}

/** A ring time, an age or the number of a part is not in its range. */
export class OutOfRangeError extends MalformedFrameError {
  static override name = 'OutOfRangeError'
}

/** A content, response or part of a message is there twice, as text and as bytes. */
export class AmbiguousPayloadError extends MalformedFrameError {
  static override name = 'AmbiguousPayloadError'
}
