import { withArrayBuffer } from 'uint8arrays/with-array-buffer'
import { writer } from 'protons-runtime'
import { InvalidArgumentError, PayloadTooLargeError } from '../../errors/index.ts'
import { DIGEST_BYTES, MAX_HANDOVER_BYTES, MAX_PAGE_BYTES, MAX_TOPIC_BYTES } from './constants.ts'
import { AmbiguousMessageError, FieldTooLargeError, InvalidEncodingError, InvalidTextError, MissingFieldError, OutOfRangeError } from './errors.ts'
import { Ask, ExchangeMessage, Handover, Page } from './exchange-message.ts'
import type { AskMessage, HandoverMessage, Message, Outcome, PageMessage } from './messages.ts'

/** The number of each outcome on the wire is its place in here. No place is ever given to another. */
const OUTCOMES: ReadonlyArray<Outcome | undefined> = [undefined, 'page', 'same', 'unknown-room', 'busy']

/** What an outcome that is not known here, or not said, is taken for: there is no page now, and may be one elsewhere. */
const DEFAULT_OUTCOME: Outcome = 'busy'

const NOTHING = new Uint8Array()
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The bytes of one message with its length in front, for one write.
 *
 * Nothing that the other side would have to refuse leaves here.
 *
 * @throws {InvalidArgumentError} a topic that is empty, too long or not well-formed, a digest that is not 8 bytes
 * @throws {PayloadTooLargeError} a page, or what is handed over, is above its limit
 */
export function encodeFrame (message: Message): Uint8Array {
  const frame = writer()

  // by itself this puts the length before the message, just as the wire has it
  ExchangeMessage.codec().encode(toWire(message), frame)

  return frame.finish()
}

/**
 * The message in a frame (without its length), or `undefined` if it is of a kind that this version does not know.
 *
 * Bytes in what it returns are views of `frame`.
 *
 * @throws {MalformedExchangeError} it breaks a rule
 */
export function decodeMessage (frame: Uint8Array): Message | undefined {
  const { ask, page, handover } = parse('frame', () => ExchangeMessage.decode(frame))

  if ([ask, page, handover].filter(part => part != null).length > 1) {
    throw new AmbiguousMessageError('frame', 'it is more than one of ask, page and handover')
  }

  if (ask != null) {
    return askOf(parse('ask', () => Ask.decode(ask)))
  }

  if (page != null) {
    return pageOf(parse('page', () => Page.decode(page)))
  }

  return handover == null ? undefined : handoverOf(parse('handover', () => Handover.decode(handover)))
}

/** @throws {InvalidArgumentError} a field that may not be sent */
export function checkQuestion ({ topic, digest }: Pick<AskMessage, 'topic' | 'digest'>): void {
  encodeTopic(topic)

  if (digest != null && digest.byteLength !== DIGEST_BYTES) {
    throw new InvalidArgumentError(`digest: ${DIGEST_BYTES} bytes`)
  }
}

function toWire (message: Message): ExchangeMessage {
  switch (message.kind) {
    case 'ask': {
      const { id, topic, before, digest } = message

      checkQuestion(message)

      return {
        ask: Ask.encode({
          id,
          topic: encodeTopic(topic),
          ...(before != null && { before }),
          ...(digest != null && { digest: withArrayBuffer(digest) })
        })
      }
    }
    case 'page': {
      const { id, outcome, entries, next } = message

      if (entries.byteLength > MAX_PAGE_BYTES) {
        throw new PayloadTooLargeError(`a page has at most ${MAX_PAGE_BYTES} bytes`)
      }

      return {
        page: Page.encode({
          id,
          outcome: OUTCOMES.indexOf(outcome),
          ...(outcome === 'page' && { entries: withArrayBuffer(entries) }),
          ...(next != null && { next })
        })
      }
    }
    case 'handover': {
      if (message.message.byteLength > MAX_HANDOVER_BYTES) {
        throw new PayloadTooLargeError(`what is handed over has at most ${MAX_HANDOVER_BYTES} bytes`)
      }

      return { handover: Handover.encode({ topic: encodeTopic(message.topic), message: withArrayBuffer(message.message) }) }
    }
  }
}

function encodeTopic (topic: string): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(topic)

  if (!topic.isWellFormed() || bytes.byteLength === 0 || bytes.byteLength > MAX_TOPIC_BYTES) {
    throw new InvalidArgumentError(`topic: a text of 1 to ${MAX_TOPIC_BYTES} bytes as UTF-8`)
  }

  return bytes
}

function parse<T> (field: string, decode: () => T): T {
  try {
    return decode()
  } catch (err) {
    throw new InvalidEncodingError(field, `the ${field} is no protobuf message`, { cause: err })
  }
}

function askOf ({ id, topic, before, digest }: Ask): AskMessage {
  if (digest != null && digest.byteLength !== DIGEST_BYTES) {
    throw new OutOfRangeError('digest', `a digest has ${DIGEST_BYTES} bytes`)
  }

  return {
    kind: 'ask',
    id: present('id', id),
    topic: topicOf(topic),
    ...(before != null && { before }),
    ...(digest != null && { digest })
  }
}

function pageOf ({ id, outcome: number, entries = NOTHING, next }: Page): PageMessage {
  const outcome = OUTCOMES[number ?? 0] ?? DEFAULT_OUTCOME

  if (entries.byteLength > MAX_PAGE_BYTES) {
    throw new FieldTooLargeError('entries', `a page has at most ${MAX_PAGE_BYTES} bytes`)
  }

  return {
    kind: 'page',
    id: present('id', id),
    outcome,
    entries: outcome === 'page' ? entries : NOTHING,
    ...(outcome === 'page' && next != null && { next })
  }
}

function handoverOf ({ topic, message }: Handover): HandoverMessage {
  const bytes = present('message', message)

  if (bytes.byteLength > MAX_HANDOVER_BYTES) {
    throw new FieldTooLargeError('message', `what is handed over has at most ${MAX_HANDOVER_BYTES} bytes`)
  }

  return { kind: 'handover', topic: topicOf(topic), message: bytes }
}

function topicOf (bytes: Uint8Array | undefined): string {
  const { byteLength } = present('topic', bytes)

  if (byteLength > MAX_TOPIC_BYTES) {
    throw new FieldTooLargeError('topic', `a topic has at most ${MAX_TOPIC_BYTES} bytes`)
  }

  if (byteLength === 0) {
    throw new OutOfRangeError('topic', 'a topic has at least one byte')
  }

  try {
    return decoder.decode(bytes)
  } catch (err) {
    throw new InvalidTextError('topic', 'the topic is not UTF-8', { cause: err })
  }
}

function present<T> (field: string, value: T | undefined): T {
  if (value == null) {
    throw new MissingFieldError(field, `${field} is missing`)
  }

  return value
}
