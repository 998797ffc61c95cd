import * as fc from 'fast-check'
import { DIGEST_BYTES, MAX_HANDOVER_BYTES, MAX_TOPIC_BYTES } from '../../../src/presence/exchange/index.ts'
import type { Message } from '../../../src/presence/exchange/messages.ts'

const id = fc.integer({ min: 0, max: 0xffff_ffff })
const cursor = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const topic = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter(text => new TextEncoder().encode(text).byteLength <= MAX_TOPIC_BYTES)
const some = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })

/** Any message that may be sent, though its page is not of the largest. */
export const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record(
    { kind: fc.constant('ask' as const), id, topic, before: cursor, digest: fc.uint8Array({ minLength: DIGEST_BYTES, maxLength: DIGEST_BYTES }) },
    { requiredKeys: ['kind', 'id', 'topic'] }
  ),
  fc.record(
    { kind: fc.constant('page' as const), id, outcome: fc.constant('page' as const), entries: some(2_000), next: cursor },
    { requiredKeys: ['kind', 'id', 'outcome', 'entries'] }
  ),
  fc.record({
    kind: fc.constant('page' as const),
    id,
    outcome: fc.constantFrom('same' as const, 'unknown-room' as const, 'busy' as const),
    entries: fc.constant(new Uint8Array())
  }),
  fc.record({ kind: fc.constant('handover' as const), topic, message: some(MAX_HANDOVER_BYTES) })
)
