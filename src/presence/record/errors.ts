import { InvitationError } from '../../errors/index.ts'

/** A record that no honest peer of this version makes. It is rejected: neither kept nor forwarded. */
export class InvalidRecordError extends InvitationError {
  static override name = 'InvalidRecordError'
}

/** The record, its app data or its signed peer record is larger than its limit. */
export class RecordTooLargeError extends InvalidRecordError {
  static override name = 'RecordTooLargeError'
}

/** The bytes are no signed envelope of a presence record, a field is missing, or has a value that it may not have. */
export class MalformedRecordError extends InvalidRecordError {
  static override name = 'MalformedRecordError'
}

/** The announced lifetime is too short or too long. */
export class LifetimeOutOfRangeError extends InvalidRecordError {
  static override name = 'LifetimeOutOfRangeError'
}

/** The one who published the record is not its subject. */
export class WrongSubjectError extends InvalidRecordError {
  static override name = 'WrongSubjectError'
}

/** The signature is not the subject's, or not over this record on this topic. */
export class WrongSignatureError extends InvalidRecordError {
  static override name = 'WrongSignatureError'
}

/** The addresses are not a signed peer record of the subject. */
export class WrongAddressesError extends InvalidRecordError {
  static override name = 'WrongAddressesError'
}

/** A record that may well be honest and is of no use here: it is ignored, which is not forwarded either. */
export class UnusableRecordError extends InvitationError {
  static override name = 'UnusableRecordError'
}

/** The record ran out before it got here. */
export class ExpiredRecordError extends UnusableRecordError {
  static override name = 'ExpiredRecordError'
}

/** The record was signed, or its epoch starts, too far in the future: one of the two clocks is wrong. */
export class FutureRecordError extends UnusableRecordError {
  static override name = 'FutureRecordError'
}

/** The roster has heard this record, or a later one of the same peer. */
export class SupersededRecordError extends UnusableRecordError {
  static override name = 'SupersededRecordError'
}

/** The roster is full, and the record's peer is not on it. */
export class RosterFullError extends UnusableRecordError {
  static override name = 'RosterFullError'
}
