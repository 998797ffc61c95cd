import { InvalidArgumentError, PayloadTooLargeError } from '../errors/index.ts'
import { MAX_CHANNEL_ID_BYTES, MAX_PAYLOAD_BYTES, MAX_REASON_TEXT_BYTES, MAX_RING_TIME, MIN_RING_TIME } from './constants.ts'
import { encodeText } from './text.ts'

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
  if (payload instanceof Uint8Array) {
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new PayloadTooLargeError(`${name} is larger than ${MAX_PAYLOAD_BYTES} bytes`)
    }
  } else {
    checkText(name, payload, MAX_PAYLOAD_BYTES, 'a string or a Uint8Array')
  }
}

/** Checks a channel id: a text of at most 64 bytes as UTF-8. Throws as `checkPayload` does. */
export function checkChannelId (channelId: unknown): void {
  checkText('channelId', channelId, MAX_CHANNEL_ID_BYTES, 'a string')
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

function checkText (name: string, text: unknown, limit: number, expected: string): void {
  if (typeof text !== 'string') {
    throw new InvalidArgumentError(`${name} must be ${expected}`)
  }

  encodeText(name, text, limit)
}
