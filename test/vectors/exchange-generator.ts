/**
 * Makes the golden vectors of the presence exchange, by a protobuf writer of its own: what it writes owes nothing to the code
 * that is tested by it. `node test/vectors/exchange-generator.ts` writes them to `exchange.json`.
 */
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { bytes, number, prefixed as frame, repeated, text, varint } from './protobuf-writer.ts'
import type { EntryMeaning, ExchangeVectors, MessageMeaning } from './exchange.ts'

const ROOM = '/libp2p-invitation/presence/1.0.0/lobby'
const DIGEST = '00112233445566ff'
const MOST = 2n ** 64n - 1n

const ask = (...fields: string[]): string => frame(bytes(1, fields.join('')))
const page = (...fields: string[]): string => frame(bytes(2, fields.join('')))
const handover = (...fields: string[]): string => frame(bytes(3, fields.join('')))
const entry = (...fields: string[]): string => bytes(1, fields.join(''))

/** What a message of a kind means, but for the kind. */
type Meant<Kind, Meaning = MessageMeaning> = Meaning extends { kind: Kind } ? Omit<Meaning, 'kind'> : never

const asked = (name: string, hex: string, message: Meant<'ask'>, canonical?: true): ExchangeVectors['messages'][number] =>
  ({ name, hex, message: { kind: 'ask', ...message }, ...(canonical && { canonical }) })
const answered = (name: string, hex: string, message: Meant<'page'>, canonical?: true): ExchangeVectors['messages'][number] =>
  ({ name, hex, message: { kind: 'page', ...message }, ...(canonical && { canonical }) })
const handed = (name: string, hex: string, message: Meant<'handover'>, canonical?: true): ExchangeVectors['messages'][number] =>
  ({ name, hex, message: { kind: 'handover', ...message }, ...(canonical && { canonical }) })
const ignored = (name: string, hex: string): ExchangeVectors['messages'][number] => ({ name, hex, ignored: true })
const wrong = (name: string, hex: string, error: string, field: string): { name: string, hex: string, error: string, field: string } =>
  ({ name, hex, error, field })
const read = (name: string, hex: string, entries: EntryMeaning[], canonical?: true): ExchangeVectors['pages'][number] =>
  ({ name, hex, entries, ...(canonical && { canonical }) })

export const generated: ExchangeVectors = {
  messages: [
    asked('ask: a newcomer, from the newest on', ask(number(1, 1), bytes(2, text(ROOM))), { id: 1, topic: ROOM }, true),
    asked('ask: the next page', ask(number(1, 2), bytes(2, text(ROOM)), number(3, 1_000)), { id: 2, topic: ROOM, before: '1000' }, true),
    asked('ask: with a digest', ask(number(1, 3), bytes(2, text(ROOM)), bytes(4, DIGEST)), { id: 3, topic: ROOM, digest: DIGEST }, true),
    asked('ask: with a digest, the next page', ask(number(1, 4), bytes(2, text(ROOM)), number(3, 5), bytes(4, DIGEST)), { id: 4, topic: ROOM, before: '5', digest: DIGEST }, true),
    asked('ask: lowest id and cursor', ask(number(1, 0), bytes(2, text('x')), number(3, 0)), { id: 0, topic: 'x', before: '0' }, true),
    asked('ask: highest id and cursor', ask(number(1, 0xffff_ffff), bytes(2, text('x')), number(3, MOST)), { id: 0xffff_ffff, topic: 'x', before: MOST.toString() }, true),
    asked('ask: a topic of one, two, three and four bytes a character', ask(number(1, 1), bytes(2, text('a\u00e9\u20ac\u{1d11e}'))), { id: 1, topic: 'a\u00e9\u20ac\u{1d11e}' }, true),
    asked('ask: a topic that begins with a byte order mark', ask(number(1, 1), bytes(2, text('\ufeffa'))), { id: 1, topic: '\ufeffa' }, true),
    asked('ask: the longest topic', ask(number(1, 1), bytes(2, repeated('61', 512))), { id: 1, topic: 'a'.repeat(512) }, true),
    asked('ask: fields in another order, one of them twice', ask(bytes(2, text('old')), bytes(4, DIGEST), bytes(2, text('x')), number(1, 7)), { id: 7, topic: 'x', digest: DIGEST }),
    asked('ask: with fields that nobody knows', ask(number(1, 7), bytes(2, text('x')), number(5, 1), bytes(99, '00ff')), { id: 7, topic: 'x' }),
    asked('ask: beside a message of a kind that nobody knows', frame(bytes(1, number(1, 7) + bytes(2, text('x'))) + bytes(4, '00')), { id: 7, topic: 'x' }),
    asked('ask: a cursor in more bytes than it needs', ask(number(1, 7), bytes(2, text('x')), '188100'), { id: 7, topic: 'x', before: '1' }),

    answered('page: the last', page(number(1, 1), number(2, 1), bytes(3, '010203')), { id: 1, outcome: 'page', entries: '010203' }, true),
    answered('page: one that others follow', page(number(1, 1), number(2, 1), bytes(3, '010203'), number(4, 77)), { id: 1, outcome: 'page', entries: '010203', next: '77' }, true),
    answered('page: highest cursor', page(number(1, 1), number(2, 1), bytes(3, '00'), number(4, MOST)), { id: 1, outcome: 'page', entries: '00', next: MOST.toString() }, true),
    answered('page: of an empty room', page(number(1, 1), number(2, 1), bytes(3, '')), { id: 1, outcome: 'page', entries: '' }, true),
    answered('page: same', page(number(1, 2), number(2, 2)), { id: 2, outcome: 'same' }, true),
    answered('page: unknown room', page(number(1, 3), number(2, 3)), { id: 3, outcome: 'unknown-room' }, true),
    answered('page: busy', page(number(1, 4), number(2, 4)), { id: 4, outcome: 'busy' }, true),
    answered('page: no entries', page(number(1, 1), number(2, 1)), { id: 1, outcome: 'page', entries: '' }),
    answered('page: an outcome that nobody knows is busy', page(number(1, 5), number(2, 5), bytes(3, '01'), number(4, 1)), { id: 5, outcome: 'busy' }),
    answered('page: outcome 0 is busy', page(number(1, 5), number(2, 0)), { id: 5, outcome: 'busy' }),
    answered('page: no outcome is busy', page(number(1, 5)), { id: 5, outcome: 'busy' }),
    answered('page: same, with fields that it does not have', page(number(1, 5), number(2, 2), bytes(3, '01'), number(4, 1)), { id: 5, outcome: 'same' }),

    handed('handover', handover(bytes(1, text(ROOM)), bytes(2, 'c0ffee')), { topic: ROOM, message: 'c0ffee' }, true),
    handed('handover: of nothing', handover(bytes(1, text('x')), bytes(2, '')), { topic: 'x', message: '' }, true),
    handed('handover: at its most', handover(bytes(1, repeated('7a', 512)), bytes(2, repeated('ab', 5_120))), { topic: 'z'.repeat(512), message: repeated('ab', 5_120) }, true),
    handed('handover: with a field that nobody knows', handover(number(3, 9), bytes(1, text('x')), bytes(2, '01')), { topic: 'x', message: '01' }),

    ignored('an empty message', '00'),
    ignored('a message of a kind that nobody knows', frame(bytes(4, '0102'))),
    ignored('a message of a kind with a great number', frame(number(1_000, 1))),

    wrong('a length of 66,561', varint(66_561), 'FrameTooLargeError', 'length'),
    wrong('a length that goes on after three bytes', '808080', 'FrameTooLargeError', 'length'),
    wrong('a length of two bytes where one would do', '8100', 'InvalidLengthError', 'length'),
    wrong('a length of three bytes where two would do', '818100', 'InvalidLengthError', 'length'),
    wrong('a kind that runs past the end of the frame', '03120908', 'InvalidEncodingError', 'frame'),
    wrong('a field of a type that protobuf does not have', frame('0f'), 'InvalidEncodingError', 'frame'),
    wrong('a field of a kind that nobody knows runs past the end of the frame', frame('220500'), 'InvalidEncodingError', 'frame'),
    wrong('ask: a field runs past its end', frame(bytes(1, '0801120561') + bytes(9, '00000000')), 'InvalidEncodingError', 'ask'),
    wrong('page: a field runs past its end', frame(bytes(2, '080110011a0561') + bytes(9, '00000000')), 'InvalidEncodingError', 'page'),
    wrong('handover: a field runs past its end', frame(bytes(3, '0a0178120561') + bytes(9, '00000000')), 'InvalidEncodingError', 'handover'),
    wrong('ask and page', frame(bytes(1, number(1, 7) + bytes(2, text('x'))) + bytes(2, number(1, 7) + number(2, 2))), 'AmbiguousMessageError', 'frame'),
    wrong('page and handover', frame(bytes(2, number(1, 7) + number(2, 2)) + bytes(3, bytes(1, text('x')) + bytes(2, '00'))), 'AmbiguousMessageError', 'frame'),
    wrong('ask: no id', ask(bytes(2, text('x'))), 'MissingFieldError', 'id'),
    wrong('ask: no topic', ask(number(1, 1)), 'MissingFieldError', 'topic'),
    wrong('ask: empty topic', ask(number(1, 1), bytes(2, '')), 'OutOfRangeError', 'topic'),
    wrong('ask: topic of 513 bytes', ask(number(1, 1), bytes(2, repeated('61', 513))), 'FieldTooLargeError', 'topic'),
    wrong('ask: topic with a surrogate', ask(number(1, 1), bytes(2, 'eda080')), 'InvalidTextError', 'topic'),
    wrong('ask: topic that is cut short', ask(number(1, 1), bytes(2, '61e282')), 'InvalidTextError', 'topic'),
    wrong('ask: digest of 7 bytes', ask(number(1, 1), bytes(2, text('x')), bytes(4, repeated('00', 7))), 'OutOfRangeError', 'digest'),
    wrong('ask: digest of 9 bytes', ask(number(1, 1), bytes(2, text('x')), bytes(4, repeated('00', 9))), 'OutOfRangeError', 'digest'),
    wrong('ask: empty digest', ask(number(1, 1), bytes(2, text('x')), bytes(4, '')), 'OutOfRangeError', 'digest'),
    wrong('page: no id', page(number(2, 2)), 'MissingFieldError', 'id'),
    wrong('handover: no topic', handover(bytes(2, '00')), 'MissingFieldError', 'topic'),
    wrong('handover: empty topic', handover(bytes(1, ''), bytes(2, '00')), 'OutOfRangeError', 'topic'),
    wrong('handover: no message', handover(bytes(1, text('x'))), 'MissingFieldError', 'message'),
    wrong('handover: topic that is not UTF-8', handover(bytes(1, 'ff'), bytes(2, '00')), 'InvalidTextError', 'topic'),
    wrong('handover: message of 5,121 bytes', handover(bytes(1, text('x')), bytes(2, repeated('ab', 5_121))), 'FieldTooLargeError', 'message')
  ],
  pages: [
    read('nobody', '', [], true),
    read('one', entry(bytes(1, '0a0b'), number(2, 12_345)), [{ record: '0a0b', age: 12_345, gone: false }], true),
    read('one that is gone, heard just now', entry(bytes(1, '0a0b'), number(2, 0), number(3, 1)), [{ record: '0a0b', age: 0, gone: true }], true),
    read('three', entry(bytes(1, '01'), number(2, 1)) + entry(bytes(1, '02'), number(2, 2), number(3, 1)) + entry(bytes(1, '03'), number(2, 86_400_000)), [
      { record: '01', age: 1, gone: false },
      { record: '02', age: 2, gone: true },
      { record: '03', age: 86_400_000, gone: false }
    ], true),
    read('the largest record', entry(bytes(1, repeated('cd', 4_096)), number(2, 0)), [{ record: repeated('cd', 4_096), age: 0, gone: false }], true),
    read('as many as there may be', entry(bytes(1, '01'), number(2, 0)).repeat(256), Array.from({ length: 256 }, () => ({ record: '01', age: 0, gone: false })), true),
    read('without an age, and gone said to be false', entry(number(3, 0), bytes(1, '01')), [{ record: '01', age: 0, gone: false }]),
    read('with fields that nobody knows', bytes(2, '00') + entry(bytes(1, '01'), number(2, 5), number(4, 1)) + number(3, 1), [{ record: '01', age: 5, gone: false }]),

    wrong('an entry that runs past the end', '0a050a0101', 'InvalidEncodingError', 'entries'),
    wrong('a record that runs past its entry', entry('0a0501') + bytes(9, '00000000'), 'InvalidEncodingError', 'entries'),
    wrong('257 entries', entry(bytes(1, '01'), number(2, 0)).repeat(257), 'FieldTooLargeError', 'entries'),
    wrong('no record', entry(number(2, 5)), 'MissingFieldError', 'record'),
    wrong('an empty record', entry(bytes(1, ''), number(2, 5)), 'OutOfRangeError', 'record'),
    wrong('a record of 4,097 bytes', entry(bytes(1, repeated('cd', 4_097)), number(2, 5)), 'FieldTooLargeError', 'record'),
    wrong('an age of more than a day', entry(bytes(1, '01'), number(2, 86_400_001)), 'OutOfRangeError', 'age')
  ]
}

/** One vector a line, so that changes show. */
const lines = (vectors: readonly object[]): string => vectors.map(vector => `    ${JSON.stringify(vector)}`).join(',\n')

export function serialised ({ messages, pages }: ExchangeVectors): string {
  return `{\n  "messages": [\n${lines(messages)}\n  ],\n  "pages": [\n${lines(pages)}\n  ]\n}\n`
}

if (process.argv[1] != null && pathToFileURL(process.argv[1]).href === import.meta.url) {
  writeFileSync(new URL('exchange.json', import.meta.url), serialised(generated))
}
