import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import * as fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { InvitationError } from '../../../src/errors/index.ts'
import { encodeRecord, ExpiredRecordError, FutureRecordError, InvalidRecordError, LAST_SEQUENCE, MalformedRecordError, MAX_RECORD_BYTES, RECORD_PAYLOAD_TYPE, RecordTooLargeError, RosterFullError, signRecord, SupersededRecordError, WrongAddressesError, WrongSignatureError, WrongSubjectError } from '../../../src/presence/record/index.ts'
import { Roster } from '../../../src/presence/roster/index.ts'
import { RecordGate } from '../../../src/presence/room/record-gate.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { addressesOf, checked, epochAt, record, somebody, TODAY, TOPIC } from '../record/records.ts'
import type { Person } from '../record/records.ts'
import type { PresenceRecord } from '../../../src/presence/record/index.ts'

/** Signs any bytes under any name, as somebody can who writes their own program. */
async function sealAnything ({ privateKey }: Person, payload: Uint8Array, { domain = TOPIC, codec = RECORD_PAYLOAD_TYPE } = {}): Promise<Uint8Array> {
  const envelope = await RecordEnvelope.seal({ domain, codec, marshal: () => payload, equals: () => false }, privateKey)

  return envelope.marshal()
}

describe('the gate', () => {
  let ann: Person
  let bob: Person
  let roster: Roster
  let gate: RecordGate
  let environment: HandMovedEnvironment

  beforeAll(async () => { [ann, bob] = await Promise.all([somebody(), somebody()]) })

  beforeEach(() => {
    environment = new HandMovedEnvironment(1, TODAY)
    roster = new Roster({ present: 1 })
    gate = new RecordGate(TOPIC, { roster, judgeHandedOn: (handed, how) => roster.judgeHandedOn(handed, how) }, environment)
  })

  async function signed (changes: Partial<PresenceRecord> = {}, by: Person = ann): Promise<Uint8Array> {
    return signRecord(record(changes), TOPIC, by.privateKey)
  }

  /** What becomes of bytes that Ann publishes. */
  async function fromAnn (bytes: Uint8Array): Promise<unknown> {
    return gate.check(bytes, ann.peer).catch((err: unknown) => err)
  }

  it('lets an honest record through, with its addresses', async () => {
    const peerRecord = await addressesOf(ann, '/ip4/192.0.2.1/tcp/1/ws', '/dns4/example.org/tcp/443/wss')
    const passed = await gate.check(await signed({ peerRecord, data: Uint8Array.of(1, 2) }), ann.peer)

    expect(passed).toMatchObject({ ...record({ peerRecord, data: Uint8Array.of(1, 2) }), peer: ann.peer })
    expect(passed.multiaddrs.map(String)).toEqual(['/ip4/192.0.2.1/tcp/1/ws', '/dns4/example.org/tcp/443/wss'])
  })

  it('lets the record of an RSA key through, as large as it may be', async () => {
    const rsa = await somebody('RSA')
    const addresses = Array.from({ length: 32 }, (_, index) => `/dns4/host-number-${index}.example.org/tcp/443/wss`)
    const bytes = await signed({ peerRecord: await addressesOf(rsa, ...addresses), data: new Uint8Array(1_024) }, rsa)

    expect((await gate.check(bytes, rsa.peer)).peer.equals(rsa.peer)).toBe(true)
  })

  it('answers random bytes with a named error', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
      expect(await fromAnn(bytes)).toBeInstanceOf(InvalidRecordError)
    }), { numRuns: 1_000 })
  })

  it('lets nothing through but what was signed, whichever bit of it was changed on the way', { timeout: 60_000 }, async () => {
    const honest = await signed({ peerRecord: await addressesOf(ann, '/ip4/192.0.2.1/tcp/1') })
    const { multiaddrs, signed: _, ...asSigned } = await gate.check(honest, ann.peer)
    const passed: unknown[] = []
    let refused = 0

    for (let bit = 0; bit < honest.length * 8; bit++) {
      const bytes = honest.slice()

      bytes[bit >> 3]! ^= 1 << (bit & 7)

      const outcome = await fromAnn(bytes)

      if (outcome instanceof InvitationError) {
        refused++
      } else {
        passed.push(outcome)
      }
    }

    // the few that pass have a bit changed that the reader of protobuf does not look at
    expect(refused).toBeGreaterThan(honest.length * 8 - 20)
    expect(passed).toEqual(Array.from(passed, () => ({ ...asSigned, multiaddrs: expect.anything(), signed: expect.anything() })))
    expect(multiaddrs).toHaveLength(1)
  })

  it('refuses a record that another peer published, though its subject signed it', async () => {
    expect(await fromAnn(await signed({}, bob))).toBeInstanceOf(WrongSubjectError)
  })

  it('refuses a record that names its author as subject, though another signed it', async () => {
    const bobs = RecordEnvelope.createFromProtobuf(await signed({}, bob))
    const forged = new RecordEnvelope({ publicKey: ann.privateKey.publicKey, payloadType: bobs.payloadType, payload: bobs.payload, signature: bobs.signature })

    expect(await fromAnn(forged.marshal())).toBeInstanceOf(WrongSignatureError)
  })

  it('refuses a record that was signed for another topic, or under the name of another kind of record', async () => {
    expect(await fromAnn(await sealAnything(ann, encodeRecord(record()), { domain: `${TOPIC}-2` }))).toBeInstanceOf(WrongSignatureError)
    expect(await fromAnn(await sealAnything(ann, encodeRecord(record()), { domain: PeerRecord.DOMAIN }))).toBeInstanceOf(WrongSignatureError)
  })

  it('refuses an envelope that holds something else', async () => {
    expect(await fromAnn(await addressesOf(ann, '/ip4/192.0.2.1/tcp/1'))).toBeInstanceOf(MalformedRecordError)
    expect(await fromAnn(await sealAnything(ann, Uint8Array.of(255, 255)))).toBeInstanceOf(MalformedRecordError)
  })

  it('refuses a signature of no length', async () => {
    const honest = RecordEnvelope.createFromProtobuf(await signed())
    const { publicKey, payloadType, payload } = honest

    expect(await fromAnn(new RecordEnvelope({ publicKey, payloadType, payload, signature: new Uint8Array() }).marshal())).toBeInstanceOf(WrongSignatureError)
  })

  it('refuses the addresses of another peer, addresses that were not signed, and what are none', async () => {
    const bobs = await addressesOf(bob, '/ip4/192.0.2.2/tcp/2')
    const spoilt = (await addressesOf(ann, '/ip4/192.0.2.1/tcp/1')).fill(9, -10)
    const bobsSignedByAnn = await RecordEnvelope.seal(new PeerRecord({ peerId: bob.peer }), ann.privateKey)

    for (const peerRecord of [bobs, spoilt, bobsSignedByAnn.marshal(), Uint8Array.of(1)]) {
      expect(await fromAnn(await signed({ peerRecord }))).toBeInstanceOf(WrongAddressesError)
    }
  })

  it('refuses more addresses than a peer may have, however short they are', async () => {
    const many = Array.from({ length: 33 }, (_, index) => `/ip4/192.0.2.${index}/tcp/1`)

    expect(await fromAnn(await signed({ peerRecord: await addressesOf(ann, ...many) }))).toBeInstanceOf(WrongAddressesError)
    expect(await fromAnn(await signed({ peerRecord: await addressesOf(ann, ...many.slice(1)) }))).toMatchObject({ multiaddrs: { length: 32 } })
  })

  it('refuses the swapped addresses of a peer that is known', async () => {
    const peerRecord = await addressesOf(ann, '/ip4/192.0.2.1/tcp/1')

    roster.hear(await gate.check(await signed({ peerRecord }), ann.peer), { now: 0, date: 0 })

    expect(await fromAnn(await signed({ sequence: 2n, peerRecord: await addressesOf(bob, '/ip4/192.0.2.1/tcp/1') }))).toBeInstanceOf(WrongAddressesError)
  })

  it('does not look into what is too large', async () => {
    expect(await fromAnn(new Uint8Array(MAX_RECORD_BYTES + 1))).toBeInstanceOf(RecordTooLargeError)
    expect(await fromAnn(await signed({ data: new Uint8Array(1_025) }))).toBeInstanceOf(RecordTooLargeError)
  })

  it('has no use for the future, nor for what has run out', async () => {
    expect(await fromAnn(await signed({ epoch: epochAt(300_001) }))).toBeInstanceOf(FutureRecordError)
    expect(await fromAnn(await signed({ issued: TODAY + 300_001 }))).toBeInstanceOf(FutureRecordError)

    const bytes = await signed()

    environment.advance(330_001)

    expect(await fromAnn(bytes)).toBeInstanceOf(ExpiredRecordError)
  })

  it('has no use for what it has heard, nor for anything before that', async () => {
    roster.hear(checked(ann.peer, { epoch: epochAt(5), sequence: 7n }), { now: 0, date: 0 })

    expect(await fromAnn(await signed({ epoch: epochAt(5), sequence: 7n }))).toBeInstanceOf(SupersededRecordError)
    expect(await fromAnn(await signed({ epoch: epochAt(5), sequence: 6n }))).toBeInstanceOf(SupersededRecordError)
    expect(await fromAnn(await signed({ epoch: epochAt(4), sequence: 99n }))).toBeInstanceOf(SupersededRecordError)
    expect(await fromAnn(await signed({ epoch: epochAt(5), sequence: 8n }))).toMatchObject({ sequence: 8n })
  })

  it('lets a peer jump to the end of its own sequence, which shuts out none but that run of itself', async () => {
    expect(await fromAnn(await signed({ sequence: LAST_SEQUENCE }))).toBeInstanceOf(MalformedRecordError)

    const jumped = await gate.check(await signed({ sequence: LAST_SEQUENCE - 1n }), ann.peer)

    roster.hear(jumped, { now: 0, date: 0 })

    expect(await fromAnn(await signed({ sequence: 2n }))).toBeInstanceOf(SupersededRecordError)
    expect(await fromAnn(await signed({ sequence: LAST_SEQUENCE, status: 'leaving' }))).toMatchObject({ status: 'leaving' })
    expect(await fromAnn(await signed({ epoch: epochAt(1) }))).toMatchObject({ epoch: epochAt(1) })
  })

  it('has no room for somebody new on a full roster, and room for those who are on it', async () => {
    roster.hear(checked(bob.peer), { now: 0, date: 0 })

    expect(await fromAnn(await signed())).toBeInstanceOf(RosterFullError)
    await expect(gate.check(await signed({ sequence: 2n }, bob), bob.peer)).resolves.toMatchObject({ sequence: 2n })
  })
})
