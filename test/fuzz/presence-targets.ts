import assert from 'node:assert/strict'
import { RecordEnvelope } from '@libp2p/peer-record'
import { MalformedExchangeError } from '../../src/presence/exchange/errors.ts'
import { decodeEntries, encodeEntries } from '../../src/presence/exchange/entries-codec.ts'
import { MAX_PAGE_BYTES } from '../../src/presence/exchange/constants.ts'
import { FrameSplitter } from '../../src/presence/exchange/frame-splitter.ts'
import { decodeMessage, encodeFrame } from '../../src/presence/exchange/message-codec.ts'
import { checkTimes, decodeGossip, decodeRecord, encodeGossip, encodeRecord, InvalidRecordError, MAX_GOSSIP_BYTES, MAX_PEER_RECORD_BYTES, MAX_RECORD_BYTES, readPeerRecord, readSignedRecord, UnusableRecordError, WrongAddressesError } from '../../src/presence/record/index.ts'
import { openTopics, readTopic, secretTopics, WrongSecretError } from '../../src/presence/topics/index.ts'
import { exchangeVectors } from '../vectors/exchange.ts'
import { presenceVectors } from '../vectors/presence.ts'
import { bytesOf } from '../vectors/vectors.ts'
import { chunksOf } from './chunks.ts'
import { isMiswritten } from './miswritten.ts'
import { outcomeOf, outcomeOfAsync } from './outcome.ts'
import type { Message } from '../../src/presence/exchange/messages.ts'
import type { PresenceRecord } from '../../src/presence/record/index.ts'
import type { RoomTopics } from '../../src/presence/topics/index.ts'
import type { Target } from './target.ts'

const PREFIX = 'libp2p-invitation'

/** When the records of the vectors are good, milliseconds since 1970. */
const DATE = Date.UTC(2026, 0, 1)

const envelopes = presenceVectors.records.map(({ envelope }) => bytesOf(envelope))
const gossip = presenceVectors.gossip.map(({ hex }) => bytesOf(hex))
const { subject } = readSignedRecord(envelopes[0] ?? new Uint8Array())

/** What was once written wrongly, see `isMiswritten`. */
const highSuspicion = encodeGossip({ suspicion: { peer: subject, epoch: '0000019b76daa8000123456789abcdef', sequence: 2n ** 31n } })

function checkRecord (record: PresenceRecord): void {
  if (!isMiswritten(record.sequence) && !isMiswritten(record.issued)) {
    assert.deepStrictEqual(decodeRecord(encodeRecord(record)), record)
  }
}

/** A record that is not signed yet. */
const presenceRecord: Target = {
  name: 'presence-record',
  form: 'fields',
  share: 150,
  maxBytes: MAX_RECORD_BYTES,
  seeds: envelopes.map(envelope => RecordEnvelope.createFromProtobuf(envelope).payload),
  start: () => input => outcomeOf(() => {
    const record = decodeRecord(input)

    checkRecord(record)
    checkTimes(record, DATE)

    return record.status
  }, InvalidRecordError, UnusableRecordError)
}

/** A record in its envelope, and whether its subject signed it. */
const signedRecord: Target = {
  name: 'signed-record',
  form: 'fields',
  share: 4,
  maxBytes: MAX_RECORD_BYTES + 64,
  seeds: envelopes,
  start: () => async input => await outcomeOfAsync(async () => {
    const { record, verify } = readSignedRecord(input)

    checkRecord(record)
    await verify(presenceVectors.records[0]?.domain ?? '')

    return record.status
  }, InvalidRecordError)
}

/** The signed addresses in a record. */
const peerRecord: Target = {
  name: 'peer-record',
  form: 'fields',
  share: 4,
  maxBytes: MAX_PEER_RECORD_BYTES + 64,
  seeds: presenceVectors.records.flatMap(({ fields }) => fields.peer_record == null ? [] : [bytesOf(fields.peer_record)]),
  start: () => async input => await outcomeOfAsync(async () => `${(await readPeerRecord(input, subject)).length} addresses`, WrongAddressesError)
}

/** One message on a room's topic, as it comes out of the room's seal. */
function readGossip (bytes: Uint8Array): string {
  const said = decodeGossip(bytes)

  assert.deepStrictEqual(withPeersAsText(decodeGossip(encodeGossip(said))), withPeersAsText(said))

  return 'record' in said ? 'record' : 'suspicion'
}

function withPeersAsText (said: ReturnType<typeof decodeGossip>): unknown {
  return 'record' in said ? said : { ...said.suspicion, peer: said.suspicion.peer.toString() }
}

const openGossip: Target = {
  name: 'open-gossip',
  form: 'fields',
  share: 150,
  maxBytes: MAX_GOSSIP_BYTES,
  seeds: [...gossip, highSuspicion],
  start: () => input => outcomeOf(() => readGossip(input), InvalidRecordError)
}

/** Of a room with a secret: what an outsider says there, and what a member does who has gone mad. */
const sealedGossip: Target = {
  name: 'sealed-gossip',
  form: 'fields',
  share: 3,
  maxBytes: MAX_GOSSIP_BYTES,
  seeds: gossip,
  start: async () => {
    const room = await secretTopics('fuzz', 'correct horse battery staple', PREFIX)
    const { speak } = await room.at(DATE)

    return async input => {
      const outsider = await opened(room, speak, input)
      const member = await opened(room, speak, await room.seal(speak, input))

      return `${outsider}, ${member}`
    }
  }
}

const opened = async (room: RoomTopics, topic: string, bytes: Uint8Array): Promise<string> =>
  await outcomeOfAsync(async () => readGossip(await room.open(topic, bytes)), InvalidRecordError, WrongSecretError)

/** What a stream of the exchange comes to, cut in that way. */
function messagesOf (chunks: Iterable<Uint8Array>): { messages: Array<Message | undefined>, refused?: MalformedExchangeError } {
  const splitter = new FrameSplitter()
  const messages: Array<Message | undefined> = []

  try {
    for (const chunk of chunks) {
      for (const frame of splitter.framesIn(chunk)) {
        messages.push(decodeMessage(frame))
      }
    }
  } catch (thrown) {
    if (thrown instanceof MalformedExchangeError) {
      return { messages, refused: thrown }
    }

    throw thrown
  }

  return { messages }
}

/** Questions, pages and what is handed over, however the stream is cut. */
const exchangeStream: Target = {
  name: 'exchange-stream',
  form: 'frames',
  share: 150,
  maxBytes: MAX_PAGE_BYTES + 2_048,
  seeds: exchangeVectors.messages.map(({ hex }) => bytesOf(hex)),
  start: () => input => {
    const { messages, refused } = messagesOf([input])
    const cut = messagesOf(chunksOf(input))

    assert.equal(cut.refused?.message, refused?.message)
    assert.deepStrictEqual(cut.messages, messages)

    for (const message of messages) {
      if (message != null && !isMiswritten('before' in message ? message.before : undefined) && !isMiswritten('next' in message ? message.next : undefined)) {
        assert.deepStrictEqual(messagesOf([encodeFrame(message)]).messages, [message])
      }
    }

    return refused == null ? `${messages[0]?.kind}` : `${refused.name}: ${refused.field}`
  }
}

/** What is in a page, opened. */
const exchangePage: Target = {
  name: 'exchange-page',
  form: 'fields',
  share: 40,
  maxBytes: MAX_PAGE_BYTES + 64,
  seeds: exchangeVectors.pages.map(({ hex }) => bytesOf(hex)),
  start: () => input => outcomeOf(() => {
    const entries = decodeEntries(input)

    assert.deepStrictEqual(decodeEntries(encodeEntries(entries)), entries)

    return `${entries.length > 0} ${entries[0]?.gone}`
  }, MalformedExchangeError)
}

/** The name of a topic that a peer follows. */
const topicName: Target = {
  name: 'topic-name',
  form: 'bytes',
  share: 250,
  maxBytes: 512,
  seeds: ['lobby', 's/', `s/${'0a'.repeat(32)}`, '', 'ü'.repeat(64), 'x'.repeat(129)].map(name => new TextEncoder().encode(openTopics('', PREFIX).domain + name)),
  start: () => {
    const decoder = new TextDecoder()

    return input => {
      const topic = decoder.decode(input)
      const read = readTopic(topic, PREFIX)

      if (read?.isSealed === false) {
        assert.equal(openTopics(read.name, PREFIX).domain, topic)
      }

      return read == null ? 'none' : `sealed: ${read.isSealed}`
    }
  }
}

/** What reads presence. */
export const PRESENCE_TARGETS: readonly Target[] = [presenceRecord, signedRecord, peerRecord, openGossip, sealedGossip, exchangeStream, exchangePage, topicName]
