import { writer } from 'protons-runtime'
import { ABSENT_RING_TIME, MAX_CHANNEL_ID_BYTES, MAX_PAYLOAD_BYTES, MAX_REASON_TEXT_BYTES, MAX_RING_TIME, MAX_TOKEN_BYTES } from './constants.ts'
import { AmbiguousPayloadError, InvalidEncodingError, MissingFieldError, OutOfRangeError } from './errors.ts'
import { idFromBytes, idToBytes } from './invitation-id.ts'
import { readMessage, writeMessage } from './message.ts'
import { checkSize, decodeText, encodeText } from './text.ts'
import { checkPayload, checkRingTime, isRingTime } from './validation.ts'
import { ENDED_REASONS, HANGUP_REASONS, REFUSAL_REASONS, STOP_REASONS, WORD_KINDS } from './words.ts'
import type { Message } from './message.ts'
import type { InviteWord, MessageWord, Payload, Role, SessionWord, Word } from './words.ts'

/**
 * The bytes of one word: a frame without its length prefix.
 *
 * Nothing that the other side would have to refuse leaves here: throws `InvalidArgumentError` for an id that is none, a
 * ring time out of its range and a text that is not well-formed, `PayloadTooLargeError` for what is above its limit. An age
 * is said in whole milliseconds and never above the ring time (600,000 where that is 0), so that a late timer does no harm.
 */
export function encodeWord (word: Word): Uint8Array {
  const frame = writer()

  writeMessage(toMessage(word), frame)

  return frame.finish()
}

/** The frames of all these words, in order and each with its length prefix, in one piece: for one write. Throws as `encodeWord` does. */
export function encodeFrames (words: readonly Word[]): Uint8Array {
  const frames = writer()

  for (const word of words) {
    frames.fork()
    writeMessage(toMessage(word), frames)
    frames.ldelim()
  }

  return frames.finish()
}

/**
 * The word in a frame (without its length prefix), or `undefined` if it is of a kind that this version does not know.
 *
 * Nothing of what it returns is a view of `frame`. Throws a `MalformedFrameError` for a frame that breaks the rules.
 */
export function decodeWord (frame: Uint8Array): Word | undefined {
  const message = parse(frame)
  const kind = nameOf(WORD_KINDS, message.kind)

  if (kind == null) {
    return undefined
  }

  if (message.id == null) {
    throw new MissingFieldError('id', 'is missing')
  }

  const id = idFromBytes('id', message.id)
  const { reason, window } = message

  switch (kind) {
    case 'invite':
      return {
        kind,
        id,
        ...timesOf(message),
        content: payloadOf(message),
        channelId: decodeGiven('channel_id', message.channelId, MAX_CHANNEL_ID_BYTES),
        token: decodeGiven('token', message.token, MAX_TOKEN_BYTES)
      }
    case 'accept':
      return { kind, id, response: payloadOf(message), window }
    case 'confirm':
      return { kind, id, window }
    case 'refuse':
      return {
        kind,
        id,
        reason: nameOf(REFUSAL_REASONS, reason) ?? 'declined',
        text: decodeGiven('reason_text', message.reasonText, MAX_REASON_TEXT_BYTES),
        response: payloadOf(message)
      }
    case 'stop':
      return { kind, id, reason: nameOf(STOP_REASONS, reason) ?? 'canceled', kept: message.kept == null ? undefined : idFromBytes('kept', message.kept) }
    case 'hangup':
      return { kind, id, reason: nameOf(HANGUP_REASONS, reason) ?? 'hangup' }
    case 'ended':
      return { kind, id, reason: nameOf(ENDED_REASONS, reason) ?? 'unknown' }
    case 'message':
      return { kind, id, by: roleOf(message), lane: laneOf(message), ...partOf(message) }
    case 'receipt':
      return { kind, id, by: roleOf(message), lane: laneOf(message), heard: message.heard ?? 0, window: window ?? 0 }
    case 'delivered':
    case 'ringing':
    default:
      return { kind, id }
  }
}

function toMessage (word: Word): Message {
  const kind = numberOf(WORD_KINDS, word.kind)
  const id = idToBytes(word.id)

  switch (word.kind) {
    case 'invite':
      checkRingTime(word.ringTime)

      return {
        kind,
        id,
        ringTime: word.ringTime,
        age: Math.max(0, Math.min(Math.floor(word.age), oldestAge(word.ringTime))),
        ...encodePayload('content', word.content),
        channelId: encodeGiven('channelId', word.channelId, MAX_CHANNEL_ID_BYTES),
        token: encodeGiven('token', word.token, MAX_TOKEN_BYTES)
      }
    case 'accept':
      return { kind, id, ...encodePayload('response', word.response), window: word.window }
    case 'confirm':
      return { kind, id, window: word.window }
    case 'refuse':
      return {
        kind,
        id,
        reason: numberOf(REFUSAL_REASONS, word.reason),
        ...encodePayload('response', word.response),
        reasonText: encodeGiven('text', word.text, MAX_REASON_TEXT_BYTES)
      }
    case 'stop':
      return { kind, id, reason: numberOf(STOP_REASONS, word.reason), kept: word.kept == null ? undefined : idToBytes(word.kept) }
    case 'hangup':
      return { kind, id, reason: numberOf(HANGUP_REASONS, word.reason) }
    case 'ended':
      return { kind, id, reason: numberOf(ENDED_REASONS, word.reason) }
    case 'message':
      return {
        kind,
        id,
        ...encodePayload('message', word.payload),
        byCallee: byCalleeOf(word),
        number: word.number,
        more: word.more || undefined,
        lane: word.lane
      }
    case 'receipt':
      return { kind, id, byCallee: byCalleeOf(word), heard: word.heard, window: word.window, lane: word.lane }
    case 'delivered':
    case 'ringing':
      return { kind, id }
  }
}

/** What a name is on the wire: see `words.ts`. */
function numberOf<Name extends string> (names: readonly Name[], name: NoInfer<Name>): number {
  return names.indexOf(name) + 1
}

/** The name that a number of the wire is, if this version knows it. Absent is the same as 0, which is none. */
function nameOf<Name extends string> (names: readonly Name[], number: number = 0): Name | undefined {
  return names[number - 1]
}

function parse (frame: Uint8Array): Message {
  try {
    return readMessage(frame)
  } catch (err) {
    throw new InvalidEncodingError('frame', 'is no protobuf message', { cause: err })
  }
}

// of the two sides of an invitation its caller goes without saying, and of the lanes the app's own
const byCalleeOf = ({ by }: SessionWord): true | undefined => by === 'callee' || undefined
const roleOf = ({ byCallee }: Message): Role => byCallee === true ? 'callee' : 'caller'
const laneOf = ({ lane }: Message): number | undefined => lane || undefined

function encodeGiven (name: string, text: string | undefined, limit: number): Uint8Array | undefined {
  return text == null ? undefined : encodeText(name, text, limit)
}

function decodeGiven (field: string, bytes: Uint8Array | undefined, limit: number): string | undefined {
  return bytes == null ? undefined : decodeText(field, bytes, limit)
}

function encodePayload (name: string, payload: Payload | undefined): Pick<Message, 'text' | 'data'> {
  if (typeof payload === 'string') {
    return { text: encodeText(name, payload, MAX_PAYLOAD_BYTES) }
  }

  if (payload != null) {
    checkPayload(name, payload)
  }

  return { data: payload }
}

function timesOf ({ ringTime = ABSENT_RING_TIME, age = 0 }: Message): Pick<InviteWord, 'ringTime' | 'age'> {
  if (!isRingTime(ringTime)) {
    throw new OutOfRangeError('ring_time', `is ${ringTime} ms`)
  }

  if (age > oldestAge(ringTime)) {
    throw new OutOfRangeError('age', `is ${age} ms with a ring_time of ${ringTime} ms`)
  }

  return { ringTime, age }
}

function partOf (message: Message): Pick<MessageWord, 'number' | 'payload' | 'more'> {
  const { number, more = false } = message
  const payload = payloadOf(message)

  if (number == null) {
    throw new MissingFieldError('number', 'is missing')
  }

  if (number === 0) {
    throw new OutOfRangeError('number', 'is 0')
  }

  if (payload == null) {
    throw new MissingFieldError('data', 'is missing, and so is text')
  }

  return { number, payload, more }
}

/** The payload, as what it was given as: empty text, empty bytes and none are three different things. */
function payloadOf ({ text, data }: Message): Payload | undefined {
  if (text != null && data != null) {
    throw new AmbiguousPayloadError('data', 'is there beside text')
  }

  if (text != null) {
    return decodeText('text', text, MAX_PAYLOAD_BYTES)
  }

  if (data != null) {
    checkSize('data', data, MAX_PAYLOAD_BYTES)

    // a view would pin a whole read of the network, of which it may be a few bytes
    return new Uint8Array(data)
  }

  return undefined
}

/** An invite is not said any more once its ring time has passed; one that rings for ever counts up to the limit. */
function oldestAge (ringTime: number): number {
  return ringTime === 0 ? MAX_RING_TIME : ringTime
}
