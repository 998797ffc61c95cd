import { InvalidArgumentError, PayloadTooLargeError } from '../errors/index.ts'
import { MAX_CHANNEL_ID_BYTES, MAX_MESSAGE_BYTES, MAX_PAYLOAD_BYTES, MAX_REASON_TEXT_BYTES, MAX_RING_TIME, MAX_TOKEN_BYTES, MIN_RING_TIME } from './constants.ts'
import { encodeText } from './text.ts'
import type { Payload } from './words.ts'

/*
 * What users give is checked here on its way in, by the limits that the other side checks by. Each takes `unknown`, since
 * users of plain JavaScript have no compiler that would have told them.
 */

/**
 * Checks a content or response, which `name` says: a text or a `Uint8Array`, empty or up to 8,192 bytes.
 *
 * Throws `PayloadTooLargeError` if it is larger, `InvalidArgumentError` if it is something else, or a text with half of a
 * surrogate pair.
 */
export function checkPayload (name: string, payload: unknown): void {
  checkTextOrBytes(name, payload, MAX_PAYLOAD_BYTES)
}

/** Checks a message of a session: a text or a `Uint8Array`, empty or up to 65,536 bytes. Throws as `checkPayload` does. */
export function checkMessage (message: unknown): asserts message is Payload {
  checkTextOrBytes('the message', message, MAX_MESSAGE_BYTES)
}

/** Checks a channel id: a text of at most 64 bytes as UTF-8. Throws as `checkPayload` does. */
export function checkChannelId (channelId: unknown): void {
  checkText('channelId', channelId, MAX_CHANNEL_ID_BYTES, 'a string')
}

/** Checks an invite token: a text of at most 64 bytes as UTF-8. Throws as `checkPayload` does. */
export function checkToken (token: unknown): void {
  checkText('token', token, MAX_TOKEN_BYTES, 'a string')
}

/** Checks the text of a refusal: at most 256 bytes as UTF-8. Throws as `checkPayload` does. */
export function checkReasonText (text: unknown): void {
  checkText('text', text, MAX_REASON_TEXT_BYTES, 'a string')
}

/** Checks a ring time: 0, or 1,000 to 600,000 milliseconds, whole ones. Throws `InvalidArgumentError`. */
export function checkRingTime (ringTime: unknown): void {
  if (typeof ringTime !== 'number' || !Number.isInteger(ringTime) || !isRingTime(ringTime)) {
    throw new InvalidArgumentError(`ringTime must be 0, or ${MIN_RING_TIME} to ${MAX_RING_TIME} whole milliseconds`)
  }
}

/** Whether a number may be a ring time: the one rule for both directions. */
export function isRingTime (ms: number): boolean {
  return ms === 0 || (ms >= MIN_RING_TIME && ms <= MAX_RING_TIME)
}

/** Checks a reason that a user of plain JavaScript may have misspelt. Throws `InvalidArgumentError`, naming the known ones. */
export function checkReason (known: readonly string[], reason: unknown): void {
  if (reason !== undefined && !known.some(name => name === reason)) {
    throw new InvalidArgumentError(`the reason must be one of ${known.join(', ')}`)
  }
}

function checkTextOrBytes (name: string, payload: unknown, limit: number): void {
  if (!(payload instanceof Uint8Array)) {
    checkText(name, payload, limit, 'a string or a Uint8Array')
  } else if (payload.length > limit) {
    throw new PayloadTooLargeError(`${name} is larger than ${limit} bytes`)
  }
}

function checkText (name: string, text: unknown, limit: number, expected: string): void {
  if (typeof text !== 'string') {
    throw new InvalidArgumentError(`${name} must be ${expected}`)
  }

  encodeText(name, text, limit)
}
