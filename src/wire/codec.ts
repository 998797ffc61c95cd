import { writer } from 'protons-runtime'
import { withArrayBuffer } from 'uint8arrays/with-array-buffer'
import { DEFAULT_REASONS, ENDED_CODES, HANGUP_CODES, KIND_CODES, namesOf, REFUSAL_CODES, STOP_CODES } from './codes.ts'
import { ABSENT_RING_TIME, MAX_CHANNEL_ID_BYTES, MAX_PAYLOAD_BYTES, MAX_REASON_TEXT_BYTES, MAX_RING_TIME } from './constants.ts'
import { AmbiguousPayloadError, FieldTooLargeError, InvalidEncodingError, MissingFieldError, OutOfRangeError } from './errors.ts'
import { idFromBytes, idToBytes } from './invitation-id.ts'
import { Message } from './message.ts'
import { decodeText, encodeText } from './text.ts'
import { checkPayload, checkRingTime, isRingTime } from './validation.ts'
import type { AcceptWord, ConfirmWord, InvitationId, InviteWord, MessageWord, Payload, ReceiptWord, RefuseWord, Role, StopWord, Word } from './words.ts'

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

const KINDS = namesOf(KIND_CODES)
const REFUSALS = namesOf(REFUSAL_CODES)
const STOPS = namesOf(STOP_CODES)
const HANGUPS = namesOf(HANGUP_CODES)
const ENDEDS = namesOf(ENDED_CODES)

/**
 * The bytes of one word: a frame without its length prefix.
 *
 * Nothing that the other side would have to refuse leaves here: throws `InvalidArgumentError` for an id that is none, a
 * ring time out of its range and a text that is not well-formed, `PayloadTooLargeError` for what is above its limit. An age
 * is said in whole milliseconds and never above the ring time (600,000 where that is 0), so that a late timer does no harm.
 */
export function encodeWord (word: Word): Uint8Array<ArrayBuffer> {
  return Message.encode(toMessage(word))
}

/** The frames of all these words, in order and each with its length prefix, in one piece: for one write. Throws as `encodeWord` does. */
export function encodeFrames (words: readonly Word[]): Uint8Array {
  const frames = writer()
  const codec = Message.codec()

  for (const word of words) {
    // by itself this puts the length before the message, just as the wire has it
    codec.encode(toMessage(word), frames)
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
  const kind = KINDS[message.kind ?? 0]

  if (kind == null) {
    return undefined
  }

  if (message.id == null) {
    throw new MissingFieldError('id', 'id is missing')
  }

  const id = idFromBytes('id', message.id)

  switch (kind) {
    case 'invite':
      return inviteOf(message, id)
    case 'accept':
      return acceptOf(message, id)
    case 'confirm':
      return confirmOf(message, id)
    case 'message':
      return messageOf(message, id)
    case 'receipt':
      return receiptOf(message, id)
    case 'refuse':
      return refuseOf(message, id)
    case 'stop':
      return stopOf(message, id)
    case 'hangup':
      return { kind, id, reason: HANGUPS[message.reason ?? 0] ?? DEFAULT_REASONS.hangup }
    case 'ended':
      return { kind, id, reason: ENDEDS[message.reason ?? 0] ?? DEFAULT_REASONS.ended }
    case 'delivered':
    case 'ringing':
    default:
      return { kind, id }
  }
}

function toMessage (word: Word): Message {
  const message: Message = { kind: KIND_CODES[word.kind], id: idToBytes(word.id) }

  switch (word.kind) {
    case 'invite':
      checkRingTime(word.ringTime)
      message.ringTime = word.ringTime
      message.age = Math.max(0, Math.min(Math.floor(word.age), oldestAge(word.ringTime)))
      putPayload(message, 'content', word.content)

      if (word.channelId != null) {
        message.channelId = encodeText('channelId', word.channelId, MAX_CHANNEL_ID_BYTES)
      }

      break
    case 'accept':
      putPayload(message, 'response', word.response)
      putWindow(message, word.window)
      break
    case 'confirm':
      putWindow(message, word.window)
      break
    case 'refuse':
      message.reason = REFUSAL_CODES[word.reason]
      putPayload(message, 'response', word.response)

      if (word.text != null) {
        message.reasonText = encodeText('text', word.text, MAX_REASON_TEXT_BYTES)
      }

      break
    case 'stop':
      message.reason = STOP_CODES[word.reason]

      if (word.kept != null) {
        message.kept = idToBytes(word.kept)
      }

      break
    case 'hangup':
      message.reason = HANGUP_CODES[word.reason]
      break
    case 'ended':
      message.reason = ENDED_CODES[word.reason]
      break
    case 'message':
      putRole(message, word.by)
      putLane(message, word.lane)
      putPayload(message, 'message', word.payload)
      message.number = word.number

      if (word.more) {
        message.more = true
      }

      break
    case 'receipt':
      putRole(message, word.by)
      putLane(message, word.lane)
      message.heard = word.heard
      message.window = word.window
      break
    case 'delivered':
    case 'ringing':
      break
  }

  return message
}

function putRole (message: Message, by: Role): void {
  if (by === 'callee') {
    message.byCallee = true
  }
}

function putWindow (message: Message, window: number | undefined): void {
  if (window != null) {
    message.window = window
  }
}

function putLane (message: Message, lane: number | undefined): void {
  if (lane != null) {
    message.lane = lane
  }
}

function putPayload (message: Message, name: string, payload: Payload | undefined): void {
  if (typeof payload === 'string') {
    message.text = encodeText(name, payload, MAX_PAYLOAD_BYTES)
  } else if (payload != null) {
    checkPayload(name, payload)
    message.data = withArrayBuffer(payload)
  }
}

function parse (frame: Uint8Array): Message {
  try {
    return Message.decode(frame)
  } catch (err) {
    throw new InvalidEncodingError('frame', 'the frame is no protobuf message', { cause: err })
  }
}

function inviteOf (message: Message, id: InvitationId): InviteWord {
  const ringTime = message.ringTime ?? ABSENT_RING_TIME
  const age = message.age ?? 0

  if (!isRingTime(ringTime)) {
    throw new OutOfRangeError('ring_time', `ring_time is ${ringTime} ms`)
  }

  if (age > oldestAge(ringTime)) {
    throw new OutOfRangeError('age', `age is ${age} ms with a ring_time of ${ringTime} ms`)
  }

  const word: Writable<InviteWord> = { kind: 'invite', id, ringTime, age }
  const content = payloadOf(message)

  if (content != null) {
    word.content = content
  }

  if (message.channelId != null) {
    word.channelId = decodeText('channel_id', message.channelId, MAX_CHANNEL_ID_BYTES)
  }

  return word
}

function acceptOf (message: Message, id: InvitationId): AcceptWord {
  const response = payloadOf(message)

  return { kind: 'accept', id, ...(response != null && { response }), ...windowOf(message) }
}

function confirmOf (message: Message, id: InvitationId): ConfirmWord {
  return { kind: 'confirm', id, ...windowOf(message) }
}

function windowOf ({ window }: Message): { window?: number } {
  return window == null ? {} : { window }
}

function messageOf (message: Message, id: InvitationId): MessageWord {
  const { number, more = false } = message
  const payload = payloadOf(message)

  if (number == null) {
    throw new MissingFieldError('number', 'number is missing')
  }

  if (number === 0) {
    throw new OutOfRangeError('number', 'number is 0')
  }

  if (payload == null) {
    throw new MissingFieldError('data', 'there is neither text nor data')
  }

  return { kind: 'message', id, by: roleOf(message), ...laneOf(message), number, payload, more }
}

function receiptOf (message: Message, id: InvitationId): ReceiptWord {
  const { heard = 0, window = 0 } = message

  return { kind: 'receipt', id, by: roleOf(message), ...laneOf(message), heard, window }
}

const roleOf = ({ byCallee }: Message): Role => byCallee === true ? 'callee' : 'caller'

/** The app's own lane is the one that goes without saying. */
const laneOf = ({ lane = 0 }: Message): { lane?: number } => lane === 0 ? {} : { lane }

function refuseOf (message: Message, id: InvitationId): RefuseWord {
  const word: Writable<RefuseWord> = { kind: 'refuse', id, reason: REFUSALS[message.reason ?? 0] ?? DEFAULT_REASONS.refuse }
  const response = payloadOf(message)

  if (message.reasonText != null) {
    word.text = decodeText('reason_text', message.reasonText, MAX_REASON_TEXT_BYTES)
  }

  if (response != null) {
    word.response = response
  }

  return word
}

function stopOf (message: Message, id: InvitationId): StopWord {
  const reason = STOPS[message.reason ?? 0] ?? DEFAULT_REASONS.stop

  return message.kept == null ? { kind: 'stop', id, reason } : { kind: 'stop', id, reason, kept: idFromBytes('kept', message.kept) }
}

/** The payload, as what it was given as: empty text, empty bytes and none are three different things. */
function payloadOf ({ text, data }: Message): Payload | undefined {
  if (text != null && data != null) {
    throw new AmbiguousPayloadError('data', 'there is both text and data')
  }

  if (text != null) {
    return decodeText('text', text, MAX_PAYLOAD_BYTES)
  }

  if (data != null) {
    if (data.length > MAX_PAYLOAD_BYTES) {
      throw new FieldTooLargeError('data', `data is ${data.length} bytes, at most ${MAX_PAYLOAD_BYTES} are allowed`)
    }

    // a view would pin a whole read of the network, of which it may be a few bytes
    return new Uint8Array(data)
  }

  return undefined
}

/** An invite is not said any more once its ring time has passed; one that rings for ever counts up to the limit. */
function oldestAge (ringTime: number): number {
  return ringTime === 0 ? MAX_RING_TIME : ringTime
}
