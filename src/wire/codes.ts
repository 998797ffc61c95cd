import type { CancelReason, EndedReason, HangupReason, RefusalReason, StopReason, WordKind } from './words.ts'

/*
 * The numbers of the wire. They stand here one by one, apart from the lists of names, so that a list in another order
 * cannot change them. A number is never used again; new names get new numbers.
 */

/** `kind`, field 1. Any other number, 0 and absent included, is a kind of a later version and is ignored. */
export const KIND_CODES: Readonly<Record<WordKind, number>> = {
  invite: 1,
  delivered: 2,
  ringing: 3,
  accept: 4,
  confirm: 5,
  refuse: 6,
  stop: 7,
  hangup: 8,
  ended: 9,
  message: 10,
  receipt: 11
}

/** `reason`, field 3, of a REFUSE. */
export const REFUSAL_CODES: Readonly<Record<RefusalReason, number>> = {
  declined: 1,
  busy: 2,
  'do-not-disturb': 3,
  'no-answer': 4,
  unavailable: 5,
  unsupported: 6,
  'not-allowed': 7,
  'need-permission': 8,
  custom: 9
}

/** `reason`, field 3, of a STOP. `replaced` and `shutdown` are both a cancel and a hang-up reason. */
export const STOP_CODES: Readonly<Record<StopReason, number>> = {
  canceled: 1,
  timeout: 2,
  'answered-elsewhere': 3,
  'refused-elsewhere': 4,
  'busy-elsewhere': 5,
  glare: 6,
  replaced: 7,
  'caller-gone': 8,
  shutdown: 9,
  hangup: 10,
  'connection-lost': 11,
  refused: 12,
  unknown: 13,
  'protocol-error': 14
}

/** `reason`, field 3, of a HANGUP. */
export const HANGUP_CODES: Readonly<Record<HangupReason, number>> = {
  hangup: 1,
  replaced: 2,
  shutdown: 3,
  'connection-lost': 4,
  'protocol-error': 5
}

/** `reason`, field 3, of an ENDED. */
export const ENDED_CODES: Readonly<Record<EndedReason, number>> = {
  stopped: 1,
  unknown: 2,
  expired: 3,
  'caller-gone': 4,
  'accept-failed': 5,
  'connection-lost': 6,
  'rate-limited': 7,
  hangup: 8
}

/** What a reason that is absent, or has a number of a later version, is read as. */
export const DEFAULT_REASONS: {
  readonly refuse: RefusalReason
  readonly stop: CancelReason
  readonly hangup: HangupReason
  readonly ended: EndedReason
} = {
  refuse: 'declined',
  stop: 'canceled',
  hangup: 'hangup',
  ended: 'unknown'
}

/** A table the other way round: the names, each at the index of its number. */
export function namesOf<Name extends string> (codes: Readonly<Record<Name, number>>): ReadonlyArray<Name | undefined> {
  const names: Array<Name | undefined> = []

  for (const name in codes) {
    names[codes[name]] = name
  }

  return names
}
