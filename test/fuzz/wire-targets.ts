import assert from 'node:assert/strict'
import { InvalidArgumentError } from '../../src/errors/index.ts'
import { Inbox } from '../../src/session/inbox.ts'
import { WINDOW } from '../../src/session/index.ts'
import { checkChannelId, checkPayload, checkReason, checkReasonText, checkRingTime, checkToken, decodeWord, encodeFrames, encodeWord, FrameDecoder, idFromBytes, InvalidIdError, MalformedFrameError, MAX_FRAME_BYTES, MAX_MESSAGE_BYTES, REFUSAL_REASONS } from '../../src/wire/index.ts'
import { idToBytes } from '../../src/wire/invitation-id.ts'
import { bytesOf, vectors } from '../vectors/vectors.ts'
import { chunksOf } from './chunks.ts'
import { outcomeOf } from './outcome.ts'
import type { Payload, Word } from '../../src/wire/index.ts'
import type { Target } from './target.ts'

const frames = vectors.map(({ hex }) => bytesOf(hex))

const ID = '000102030405060708090a0b0c0d0e0f'

/** A message of a session in its parts. */
const partsOf = (...payloads: readonly Payload[]): Word[] =>
  payloads.map((payload, index) => ({ kind: 'message', id: ID, by: 'caller', number: index + 1, payload, more: index < payloads.length - 1 }))

/** What a stream comes to, cut in that way. */
function wordsOf (chunks: Iterable<Uint8Array>): { words: Word[], refused?: MalformedFrameError } {
  const decoder = new FrameDecoder()
  const words: Word[] = []

  try {
    for (const chunk of chunks) {
      words.push(...decoder.push(chunk))
    }
  } catch (thrown) {
    assert.throws(() => decoder.push(Uint8Array.of(0)), error => error === thrown)

    if (thrown instanceof MalformedFrameError) {
      return { words, refused: thrown }
    }

    throw thrown
  }

  return { words }
}

/** What decodes is what this side could have said itself: it passes the checks for users, and its own bytes decode to the same. */
function checkWord (word: Word): void {
  assert.deepStrictEqual(decodeWord(encodeWord(word)), word)

  if (word.kind === 'invite') {
    checkRingTime(word.ringTime)
    checkPayload('content', word.content ?? '')
    checkChannelId(word.channelId ?? '')
    checkToken(word.token ?? '')
  } else if (word.kind === 'refuse') {
    checkReason(REFUSAL_REASONS, word.reason)
    checkReasonText(word.text ?? '')
  }
}

/** A stream of words, however it is cut. */
const wordStream: Target = {
  name: 'word-stream',
  form: 'frames',
  share: 250,
  maxBytes: MAX_FRAME_BYTES + 64,
  seeds: frames,
  start: () => input => {
    const { words, refused } = wordsOf([input])
    const cut = wordsOf(chunksOf(input))

    assert.equal(cut.refused?.message, refused?.message)

    if (refused != null) {
      return `${refused.name}: ${refused.field}`
    }

    assert.deepStrictEqual(cut.words, words)
    assert.deepStrictEqual(wordsOf([encodeFrames(words)]).words, words)

    return `${words[0]?.kind}`
  }
}

/** The bytes of one word. */
const word: Target = {
  name: 'word',
  form: 'fields',
  share: 500,
  maxBytes: MAX_FRAME_BYTES,
  seeds: frames.map(frame => frame.subarray(frame.findIndex(byte => byte < 0x80) + 1)),
  start: () => input => outcomeOf(() => {
    const read = decodeWord(input)

    if (read != null) {
      checkWord(read)
    }

    return read == null ? 'none' : `${read.kind} ${'reason' in read ? read.reason : ''}`
  }, MalformedFrameError)
}

/** An invitation id, as bytes and as text. */
const invitationId: Target = {
  name: 'invitation-id',
  form: 'bytes',
  share: 125,
  maxBytes: 64,
  seeds: [bytesOf(ID), new TextEncoder().encode(ID)],
  start: () => input => {
    const text = String.fromCharCode(...input)
    const ofBytes = outcomeOf(() => {
      assert.deepStrictEqual(idToBytes(idFromBytes('id', input)), Uint8Array.from(input))

      return 'bytes'
    }, InvalidIdError)

    return `${ofBytes} ${outcomeOf(() => {
      assert.equal(idFromBytes('id', idToBytes(text)), text)

      return 'text'
    }, InvalidArgumentError)}`
  }
}

/** What one lane of a session takes of the words on a stream, and what it keeps of them. */
const sessionInbox: Target = {
  name: 'session-inbox',
  form: 'frames',
  share: 100,
  maxBytes: MAX_FRAME_BYTES,
  seeds: [
    encodeFrames(partsOf('one message')),
    encodeFrames(partsOf('in ', 'three ', 'parts')),
    encodeFrames(partsOf(Uint8Array.of(1), Uint8Array.of(2))),
    encodeFrames(partsOf('text and ', Uint8Array.of(0))),
    encodeFrames(partsOf('the ', 'last ', 'first').toReversed()),
    encodeFrames(partsOf(...Array.from({ length: 17 }, () => 'x'))),
    encodeFrames([1, 600].map(number => ({ kind: 'message', id: ID, by: 'caller', number, payload: 'ahead', more: false })))
  ],
  start: () => input => {
    const { words, refused } = wordsOf(chunksOf(input))
    const inbox = new Inbox()
    let read = 0
    let heard = 0

    for (const said of words) {
      if (said.kind === 'message') {
        if (!inbox.take(said)) {
          return 'beyond the rules'
        }

        const receipt = inbox.giveReceipt()

        assert.ok(receipt.heard >= heard && receipt.window >= 0 && receipt.window <= WINDOW)
        heard = receipt.heard

        // an app that reads now and then
        const message = said.number % 3 === 0 ? inbox.read() : undefined

        if (message != null) {
          assert.ok(message.length <= MAX_MESSAGE_BYTES)
          read++
        }
      }
    }

    return refused == null ? `heard ${heard > 0}, read ${read > 0}, unread ${inbox.hasUnread}` : refused.name
  }
}

/** What reads signalling. */
export const WIRE_TARGETS: readonly Target[] = [wordStream, word, invitationId, sessionInbox]
