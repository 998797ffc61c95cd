import * as fc from 'fast-check'
import { ENDED_REASONS, HANGUP_REASONS, REFUSAL_REASONS, STOP_REASONS } from '../../src/wire/index.ts'
import type { Payload, Word } from '../../src/wire/index.ts'
import { hexOf } from '../vectors/vectors.ts'

/** Text of any well-formed Unicode that takes at most `bytes` bytes as UTF-8. */
const text = (bytes: number): fc.Arbitrary<string> => fc.string({ unit: 'binary', maxLength: bytes / 2 })
  .filter(string => new TextEncoder().encode(string).length <= bytes)

const id: fc.Arbitrary<string> = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(hexOf)

const payload: fc.Arbitrary<Payload> = fc.oneof(
  text(8_192),
  fc.uint8Array({ maxLength: 300 }),
  fc.integer({ min: 0, max: 8_192 }).map(length => 'x'.repeat(length)),
  fc.integer({ min: 0, max: 8_192 }).map(length => new Uint8Array(length).fill(0xa5))
)

const role = fc.constantFrom('caller', 'callee')

/** One of those that are not the app's own. */
const lane = fc.integer({ min: 1, max: 0xffff_ffff })

const amount = fc.nat({ max: 0xffff_ffff })

const time = fc.constantFrom(0, 1_000, 60_000, 600_000)

/** Any word that there may be. */
export const anyWord: fc.Arbitrary<Word> = fc.oneof(
  fc.oneof(time, fc.integer({ min: 1_000, max: 600_000 })).chain(ringTime => fc.record({
    kind: fc.constant('invite'),
    id,
    ringTime: fc.constant(ringTime),
    age: fc.integer({ min: 0, max: ringTime === 0 ? 600_000 : ringTime }),
    content: payload,
    channelId: text(64),
    token: text(64)
  }, { noNullPrototype: true, requiredKeys: ['kind', 'id', 'ringTime', 'age'] })),
  fc.record({ kind: fc.constantFrom('delivered', 'ringing'), id }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant('confirm'), id, window: amount }, { noNullPrototype: true, requiredKeys: ['kind', 'id'] }),
  fc.record({
    kind: fc.constant('message'),
    id,
    by: role,
    lane,
    number: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    payload,
    more: fc.boolean()
  }, { noNullPrototype: true, requiredKeys: ['kind', 'id', 'by', 'number', 'payload', 'more'] }),
  fc.record({ kind: fc.constant('receipt'), id, by: role, lane, heard: fc.maxSafeNat(), window: amount }, { noNullPrototype: true, requiredKeys: ['kind', 'id', 'by', 'heard', 'window'] }),
  fc.record({ kind: fc.constant('accept'), id, response: payload, window: amount }, { noNullPrototype: true, requiredKeys: ['kind', 'id'] }),
  fc.record({
    kind: fc.constant('refuse'),
    id,
    reason: fc.constantFrom(...REFUSAL_REASONS),
    text: text(256),
    response: payload
  }, { noNullPrototype: true, requiredKeys: ['kind', 'id', 'reason'] }),
  fc.record({
    kind: fc.constant('stop'),
    id,
    reason: fc.constantFrom(...STOP_REASONS),
    kept: id
  }, { noNullPrototype: true, requiredKeys: ['kind', 'id', 'reason'] }),
  fc.record({ kind: fc.constant('hangup'), id, reason: fc.constantFrom(...HANGUP_REASONS) }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant('ended'), id, reason: fc.constantFrom(...ENDED_REASONS) }, { noNullPrototype: true })
)

/** A way to cut bytes into chunks, some of them empty. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.nat(), { maxLength: 40 })

export function cut (bytes: Uint8Array, at: number[]): Uint8Array[] {
  const edges = [0, ...at.map(n => n % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]

  return edges.slice(1).map((end, i) => bytes.subarray(edges[i], end))
}
