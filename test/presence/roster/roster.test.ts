import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { compareRecords, LAST_SEQUENCE } from '../../../src/presence/record/index.ts'
import { MAX_GONE, MAX_PRESENT, Roster } from '../../../src/presence/roster/index.ts'
import { checked, epochAt } from '../record/records.ts'
import type { CheckedRecord, RosterChange } from '../../../src/presence/roster/index.ts'
import type { PeerId } from '@libp2p/interface'

const AT = { now: 0, date: 5 }

/** A peer id of a key that nobody has. */
function nobody (number: number): PeerId {
  const raw = new Uint8Array(32)

  new DataView(raw.buffer).setUint32(0, number)

  return peerIdFromPublicKey(publicKeyFromRaw(raw))
}

const ANN = nobody(1)
const BOB = nobody(2)
const CIM = nobody(3)

const leaving = { status: 'leaving', sequence: LAST_SEQUENCE } as const

function kinds (changes: RosterChange[]): string[] {
  return changes.map(change => change.kind)
}

/** All that a roster says, without when it heard of it. */
function contents (roster: Iterable<{ peer: PeerId, status: string, data: Uint8Array, epoch: string }>): string[] {
  return [...roster].map(({ peer, status, data, epoch }) => [peer.toString(), status, data.join('.'), epoch].join(' ')).toSorted()
}

describe('the roster', () => {
  let roster: Roster

  beforeEach(() => { roster = new Roster(MAX_PRESENT, MAX_GONE) })

  it('takes a peer on with the first record that it hears of it', () => {
    const multiaddrs = [multiaddr('/ip4/192.0.2.1/tcp/1')]
    const entry = { peer: ANN, status: 'busy', data: Uint8Array.of(7), multiaddrs, since: 5, epoch: epochAt(0) }

    expect(roster.hear(checked(ANN, { status: 'busy', data: Uint8Array.of(7), multiaddrs }), AT)).toEqual([{ kind: 'online', entry }])
    expect(roster.get(ANN)).toEqual(entry)
    expect([...roster]).toEqual([entry])
  })

  it('has nothing to say of a heartbeat that says nothing new', () => {
    roster.hear(checked(ANN), AT)

    expect(roster.hear(checked(ANN, { sequence: 2n }), AT)).toEqual([])
  })

  it.each<[string, Partial<CheckedRecord>]>([
    ['status', { status: 'away' }],
    ['data', { data: Uint8Array.of(1) }],
    ['addresses', { multiaddrs: [multiaddr('/ip4/192.0.2.1/tcp/1')] }]
  ])('tells of another %s once', (_, changes) => {
    roster.hear(checked(ANN), AT)

    const heard = roster.hear(checked(ANN, { ...changes, sequence: 2n }), { now: 1, date: 9 })

    expect(heard).toEqual([{ kind: 'update', restarted: false, entry: expect.objectContaining({ ...changes, since: 5 }) }])
    expect(roster.hear(checked(ANN, { ...changes, sequence: 3n }), AT)).toEqual([])
  })

  it('tells of a restart even if the new run says the same', () => {
    roster.hear(checked(ANN), AT)

    const heard = roster.hear(checked(ANN, { epoch: epochAt(1) }), { now: 1, date: 9 })

    expect(heard).toEqual([{ kind: 'update', restarted: true, entry: expect.objectContaining({ epoch: epochAt(1), since: 9 }) }])
  })

  it('takes a peer off with its goodbye, and hears nothing of that run any more', () => {
    roster.hear(checked(ANN), AT)

    expect(roster.hear(checked(ANN, leaving), AT)).toEqual([{ kind: 'offline', reason: 'left', entry: expect.objectContaining({ peer: ANN }) }])
    expect(roster.hear(checked(ANN, { sequence: LAST_SEQUENCE - 1n }), AT)).toEqual([])
    expect(roster.get(ANN)).toBe(undefined)
    expect(kinds(roster.hear(checked(ANN, { epoch: epochAt(1) }), AT))).toEqual(['online'])
  })

  it('remembers the goodbye of a peer that it had not heard of', () => {
    expect(roster.hear(checked(ANN, leaving), AT)).toEqual([])
    expect(roster.judge(ANN, checked(ANN))).toBe('superseded')
  })

  it('takes a peer off when its lifetime is over, and back when it is heard again', () => {
    roster.hear(checked(ANN, { lifetime: 30_000 }), AT)
    roster.hear(checked(BOB, { lifetime: 60_000 }), AT)

    expect(roster.nextExpiry).toBe(30_000)
    expect(roster.expire(29_999)).toEqual([])
    expect(roster.expire(30_000)).toEqual([{ kind: 'offline', reason: 'expired', entry: expect.objectContaining({ peer: ANN }) }])
    expect(roster.nextExpiry).toBe(60_000)
    expect(roster.hear(checked(ANN), { now: 31_000, date: 9 })).toEqual([])
    expect(kinds(roster.hear(checked(ANN, { sequence: 2n }), { now: 31_000, date: 9 }))).toEqual(['online'])
    expect(roster.get(ANN)?.since).toBe(9)
  })

  it('lets every record prolong a peer’s stay by its own lifetime', () => {
    roster.hear(checked(ANN, { lifetime: 30_000 }), AT)
    roster.hear(checked(ANN, { lifetime: 5_000, sequence: 2n }), { now: 27_000, date: 9 })

    expect(roster.expire(31_999)).toEqual([])
    expect(kinds(roster.expire(32_000))).toEqual(['offline'])
    expect(roster.nextExpiry).toBe(undefined)
  })

  it('can be cleared without a word, and still keeps out what it has heard', () => {
    roster.hear(checked(ANN), AT)
    roster.clear()

    expect([...roster]).toEqual([])
    expect(roster.nextExpiry).toBe(undefined)
    expect(roster.judge(ANN, checked(ANN))).toBe('superseded')
  })

  it('pushes nobody out to take on one more than it has room for', () => {
    roster = new Roster(2, 2)
    roster.hear(checked(ANN), AT)
    roster.hear(checked(BOB), AT)

    expect(roster.judge(CIM, checked(CIM))).toBe('full')
    expect(roster.hear(checked(CIM), AT)).toEqual([])
    expect(kinds(roster.hear(checked(BOB, { sequence: 2n, status: 'busy' }), AT))).toEqual(['update'])

    roster.hear(checked(ANN, leaving), AT)

    expect(kinds(roster.hear(checked(CIM), AT))).toEqual(['online'])
  })

  it('forgets the one that went first when too many are gone', () => {
    roster = new Roster(3, 2)

    for (const peer of [ANN, BOB, CIM]) {
      roster.hear(checked(peer), AT)
    }

    expect(kinds(roster.hear(checked(BOB, leaving), AT))).toEqual(['offline'])
    expect(kinds(roster.hear(checked(ANN, leaving), AT))).toEqual(['offline'])
    expect(roster.hear(checked(CIM, leaving), AT)).toEqual([expect.objectContaining({ kind: 'offline' }), { kind: 'forgotten', peer: BOB }])
    expect([ANN, BOB, CIM].map(peer => roster.judge(peer, checked(peer)))).toEqual(['superseded', 'news', 'superseded'])
  })

  it('stays within its bounds under 100,000 made-up peers, and keeps those who were there before', { timeout: 60_000 }, () => {
    let largest = 0
    let forgotten = 0
    let refused = 0

    roster.hear(checked(ANN, { lifetime: 600_000 }), AT)

    for (let number = 10; number < 100_010; number++) {
      const now = number * 4
      const record = checked(nobody(number), number % 3 === 0 ? leaving : { lifetime: 120_000 })

      refused += roster.judge(record.peer, record) === 'full' ? 1 : 0
      forgotten += [...roster.hear(record, { now, date: now }), ...roster.expire(now)].filter(({ kind }) => kind === 'forgotten').length
      largest = Math.max(largest, roster.size)
    }

    expect(largest).toBe(MAX_PRESENT)
    expect(roster.known).toBeLessThanOrEqual(MAX_PRESENT + MAX_GONE)
    expect(roster.known + forgotten + refused).toBe(100_001)
    expect(roster.get(ANN)).not.toBe(undefined)
  })
})

describe('whatever happens to a roster', () => {
  /** Honest records: of one peer, no two that differ have the same place in the order. */
  const records: fc.Arbitrary<CheckedRecord[]> = fc.uniqueArray(
    fc.record({ peer: fc.constantFrom(ANN, BOB, CIM), start: fc.nat(2), lot: fc.nat(1), sequence: fc.nat(4), status: fc.constantFrom('online', 'away', 'busy'), datum: fc.nat(1) }),
    { selector: ({ peer, start, lot, sequence }) => [peer.toString(), start, lot, sequence].join(' '), minLength: 1, maxLength: 20 }
  ).map(drawn => drawn.map(({ peer, start, lot, sequence, status, datum }) => checked(peer, {
    epoch: epochAt(start, lot),
    ...(sequence === 4 ? leaving : { sequence: BigInt(sequence + 1), status }),
    data: Uint8Array.of(datum)
  })))

  it('any order and repetition of the same records gives the same roster', () => {
    const orders = records.chain(heard => fc.tuple(
      fc.constant(heard),
      fc.shuffledSubarray([...heard, ...heard, ...heard], { minLength: heard.length * 2 + 1 })
    ))

    fc.assert(fc.property(orders, ([heard, shuffled]) => {
      const roster = new Roster(10, 10)

      for (const record of shuffled) {
        roster.hear(record, AT)
      }

      const last = [ANN, BOB, CIM].flatMap(peer => heard.filter(record => record.peer === peer && shuffled.includes(record)).toSorted(compareRecords).slice(-1))

      expect(contents(roster)).toEqual(contents(last.filter(({ status }) => status !== 'leaving')))
    }), { numRuns: 1_000 })
  })

  it('a peer’s mark never goes back, through lifetimes that end and rosters that are cleared', () => {
    const steps = records.chain(heard => fc.array(fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...heard) },
      fc.constant('expire' as const),
      fc.constant('clear' as const)
    ), { maxLength: 60 }))

    fc.assert(fc.property(steps, (taken) => {
      const roster = new Roster(10, 10)
      const highest = new Map<PeerId, CheckedRecord>()
      const surprises: CheckedRecord[] = []
      let now = 0

      for (const step of taken) {
        now += 7_000

        if (step === 'expire') {
          roster.expire(now)
        } else if (step === 'clear') {
          roster.clear()
        } else {
          const before = highest.get(step.peer)
          const isNews = before == null || compareRecords(step, before) > 0

          if ((roster.judge(step.peer, step) === 'news') !== isNews) {
            surprises.push(step)
          }

          roster.hear(step, { now, date: now })

          if (isNews) {
            highest.set(step.peer, step)
          }
        }
      }

      expect(surprises).toEqual([])
    }), { numRuns: 1_000 })
  })

  it('online and offline of a peer alternate, and updates come only in between', () => {
    const steps = records.chain(heard => fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...heard) }, fc.constant(undefined)), { maxLength: 60 }))

    fc.assert(fc.property(steps, (taken) => {
      const roster = new Roster(10, 10)
      const present = new Set<PeerId>()
      let now = 0

      for (const step of taken) {
        now += 9_000

        for (const change of step == null ? roster.expire(now) : roster.hear(step, { now, date: now })) {
          expect(change.kind === 'forgotten' ? undefined : present.has(change.entry.peer)).toBe(change.kind !== 'online')

          if (change.kind === 'online') {
            present.add(change.entry.peer)
          } else if (change.kind === 'offline') {
            present.delete(change.entry.peer)
          }
        }

        expect(new Set([...roster].map(({ peer }) => peer))).toEqual(present)
      }
    }), { numRuns: 1_000 })
  })
})
