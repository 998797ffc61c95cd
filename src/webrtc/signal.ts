import { MAX_CANDIDATE_LENGTH, MAX_LINE_INDEX, MAX_NAME_LENGTH } from './constants.ts'
import { MalformedSignalError } from './errors.ts'
import type { Payload } from '../wire/index.ts'
import type { IceCandidate, SessionDescription } from './peer-connection.ts'

/** What one side tells the other: a description, or a candidate, or that there are no more of them (null). */
export type Signal = { readonly description: SessionDescription } | { readonly candidate: IceCandidate | null }

/** A signal as the message that it is on the wire. */
export const writeSignal = (signal: Signal): string => JSON.stringify(signal)

/**
 * The signal that a message is; `undefined` if it is none that this version knows. Its size is bounded by that of messages.
 *
 * @throws {MalformedSignalError} no peer that keeps to SPEC.md says that
 */
export function readSignal (message: Payload): Signal | undefined {
  const { description, candidate } = parse(message)

  if (description !== undefined) {
    return { description: descriptionOf(description) }
  }

  return candidate === undefined ? undefined : { candidate: candidateOf(candidate) }
}

/** Of an object of any origin, the members that are asked for. */
type Members = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)

function parse (message: Payload): Members {
  if (typeof message !== 'string') {
    throw new MalformedSignalError('it is bytes, and no text')
  }

  let value: unknown

  try {
    value = JSON.parse(message)
  } catch (err) {
    throw new MalformedSignalError('it is no JSON', { cause: err })
  }

  if (!isObject(value)) {
    throw new MalformedSignalError('it is no JSON object')
  }

  return value
}

function descriptionOf (value: unknown): SessionDescription {
  const { type, sdp } = isObject(value) ? value : {}

  if ((type !== 'offer' && type !== 'answer') || typeof sdp !== 'string') {
    throw new MalformedSignalError('the description is neither an offer nor an answer with its sdp')
  }

  return { type, sdp }
}

/**
 * A candidate, of this side's peer connection or of the other side's: what is known of it, and nothing else, which would be handed
 * on unseen.
 *
 * @throws {MalformedSignalError}
 */
export function candidateOf (value: unknown): IceCandidate | null {
  if (value === null) {
    return null
  }

  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = isObject(value) ? value : {}

  if (typeof candidate !== 'string' || candidate.length > MAX_CANDIDATE_LENGTH) {
    throw new MalformedSignalError(`the candidate is no text of at most ${MAX_CANDIDATE_LENGTH} characters`)
  }

  if (!isName(sdpMid) || !isName(usernameFragment) || !isLineIndex(sdpMLineIndex)) {
    throw new MalformedSignalError('the candidate says wrongly what it belongs to')
  }

  return {
    candidate,
    ...(sdpMid !== undefined && { sdpMid }),
    ...(sdpMLineIndex !== undefined && { sdpMLineIndex }),
    ...(usernameFragment !== undefined && { usernameFragment })
  }
}

const isName = (value: unknown): value is string | null | undefined =>
  value == null || (typeof value === 'string' && value.length <= MAX_NAME_LENGTH)

const isLineIndex = (value: unknown): value is number | null | undefined =>
  value == null || (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_LINE_INDEX)
