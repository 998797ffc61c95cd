import { multiaddr } from '@multiformats/multiaddr'
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { compareRecords, LAST_SEQUENCE } from '../../../src/presence/record/index.ts'
import { Roster } from '../../../src/presence/roster/index.ts'
import { checked, epochAt, TODAY } from '../record/records.ts'
import { ANN, AT, BOB, CIM, kinds, leaving } from './people.ts'
import type { CheckedRecord, HandedOn, KeptMark } from '../../../src/presence/roster/index.ts'
import type { PeerId } from '@libp2p/interface'

/** All that a roster says, without when it heard of it. */
function contents (roster: Iterable<{ peer: PeerId, status: string, data: Uint8Array, epoch: string }>): string[] {
  return [...roster].map(({ peer, status, data, epoch }) => [peer.toString(), status, data.join('.'), epoch].join(' ')).toSorted()
}

describe('the roster', () => {
  let roster: Roster

  beforeEach(() => { roster = new Roster() })

  it('takes a peer on with the first record that it hears of it', () => {
    const multiaddrs = [multiaddr('/ip4/192.0.2.1/tcp/1')]
    const entry = { peer: ANN, status: 'busy', data: Uint8Array.of(7), multiaddrs, since: 5, epoch: epochAt(0) }

    expect(roster.hear(checked(ANN, { status: 'busy', data: Uint8Array.of(7), multiaddrs }), AT)).toEqual([{ kind: 'online', entry, issued: TODAY }])
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

    expect(heard).toEqual([{ kind: 'update', restarted: false, issued: TODAY, entry: expect.objectContaining({ ...changes, since: 5 }) }])
    expect(roster.hear(checked(ANN, { ...changes, sequence: 3n }), AT)).toEqual([])
  })

  it('tells of a restart even if the new run says the same', () => {
    roster.hear(checked(ANN), AT)

    const heard = roster.hear(checked(ANN, { epoch: epochAt(1) }), { now: 1, date: 9 })

    expect(heard).toEqual([{ kind: 'update', restarted: true, issued: TODAY, entry: expect.objectContaining({ epoch: epochAt(1), since: 9 }) }])
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
    expect(roster.judge(checked(ANN))).toBe('superseded')
  })

  it('takes a peer off when its lifetime is over, and back when it is heard again', () => {
    roster.hear(checked(ANN, { lifetime: 30_000 }), AT)
    roster.hear(checked(BOB, { lifetime: 60_000 }), AT)

    expect(roster.nextEnd).toBe(30_000)
    expect(roster.expire(29_999)).toEqual([])
    expect(roster.expire(30_000)).toEqual([{ kind: 'offline', reason: 'expired', entry: expect.objectContaining({ peer: ANN }) }])
    expect(roster.nextEnd).toBe(60_000)
    expect(roster.hear(checked(ANN), { now: 31_000, date: 9 })).toEqual([])
    expect(kinds(roster.hear(checked(ANN, { sequence: 2n }), { now: 31_000, date: 9 }))).toEqual(['online'])
    expect(roster.get(ANN)?.since).toBe(9)
  })

  it('lets every record prolong a peer’s stay by its own lifetime', () => {
    roster.hear(checked(ANN, { lifetime: 30_000 }), AT)
    roster.hear(checked(ANN, { lifetime: 5_000, sequence: 2n }), { now: 27_000, date: 9 })

    expect(roster.expire(31_999)).toEqual([])
    expect(kinds(roster.expire(32_000))).toEqual(['offline'])
    expect(roster.nextEnd).toBe(undefined)
  })

  it('can be cleared without a word, and still keeps out what it has heard', () => {
    roster.hear(checked(ANN), AT)
    roster.clear()

    expect([...roster]).toEqual([])
    expect(roster.nextEnd).toBe(undefined)
    expect(roster.judge(checked(ANN))).toBe('superseded')
  })

  it('pushes nobody out to take on one more than it has room for', () => {
    roster = new Roster({ present: 2, gone: 2 })
    roster.hear(checked(ANN), AT)
    roster.hear(checked(BOB), AT)

    expect(roster.judge(checked(CIM))).toBe('full')
    expect(roster.hear(checked(CIM), AT)).toEqual([])
    expect(kinds(roster.hear(checked(BOB, { sequence: 2n, status: 'busy' }), AT))).toEqual(['update'])

    roster.hear(checked(ANN, leaving), AT)

    expect(kinds(roster.hear(checked(CIM), AT))).toEqual(['online'])
  })

  it('forgets the one that went first when too many are gone', () => {
    roster = new Roster({ present: 3, gone: 2 })

    for (const peer of [ANN, BOB, CIM]) {
      roster.hear(checked(peer), AT)
    }

    expect(kinds(roster.hear(checked(BOB, leaving), AT))).toEqual(['offline'])
    expect(kinds(roster.hear(checked(ANN, leaving), AT))).toEqual(['offline'])
    expect(roster.hear(checked(CIM, leaving), AT)).toEqual([expect.objectContaining({ kind: 'offline' }), { kind: 'forgotten', peer: BOB }])
    expect([ANN, BOB, CIM].map(peer => roster.judge(checked(peer)))).toEqual(['superseded', 'news', 'superseded'])
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
      const roster = new Roster({ present: 10, gone: 10 })

      for (const record of shuffled) {
        roster.hear(record, AT)
      }

      const last = [ANN, BOB, CIM].flatMap(peer => heard.filter(record => record.peer === peer && shuffled.includes(record)).toSorted(compareRecords).slice(-1))

      expect(contents(roster)).toEqual(contents(last.filter(({ status }) => status !== 'leaving')))
    }), { numRuns: 1_000 })
  })

  it('a record at or below the mark is never news, but for the last one of who was there when this peer stopped', () => {
    const handedOn: fc.Arbitrary<HandedOn> = fc.record({ age: fc.constantFrom(0, 1_000, 29_999, 30_000, 90_000), gone: fc.boolean() })
    const steps = records.chain(heard => fc.array(fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('hear' as const), record: fc.constantFrom(...heard) }) },
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('take' as const), record: fc.constantFrom(...heard), handedOn }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('suspect' as const), record: fc.constantFrom(...heard) }) },
      fc.record({ kind: fc.constantFrom('expire' as const, 'clear' as const, 'restart' as const) })
    ), { maxLength: 60 }))

    fc.assert(fc.property(steps, (taken) => {
      let roster = new Roster({ present: 10, gone: 10 })
      /** How far each has come, and whether its last word may be handed on to a peer that has stopped since. */
      const marks = new Map<PeerId, { epoch: string, sequence: bigint, mayBeHandedOn: boolean }>()
      const surprises: unknown[] = []
      let now = 0

      for (const step of taken) {
        now += 7_000

        if (step.kind === 'hear' || step.kind === 'take') {
          const { record } = step
          const mark = marks.get(record.peer)
          const order = mark == null ? 1 : compareRecords(record, mark)
          const isNews = step.kind === 'hear'
            ? roster.judge(record) === 'news'
            : roster.judgeHandedOn(record, step.handedOn) === 'news'
          const mayBeNews = order > 0 || (order === 0 && step.kind === 'take' && !step.handedOn.gone && mark?.mayBeHandedOn === true)

          const changes = step.kind === 'hear'
            ? roster.hear(record, { now, date: now })
            : roster.take(record, step.handedOn, { now, date: now })

          if (isNews) {
            marks.set(record.peer, { epoch: record.epoch, sequence: record.sequence, mayBeHandedOn: false })
          }

          if (isNews ? !mayBeNews : changes.length > 0) {
            surprises.push(step)
          }
        } else if (step.kind === 'suspect') {
          roster.suspect(step.record.peer, now + 1_000, true)
        } else if (step.kind === 'expire') {
          roster.expire(now)
        } else {
          const kept = [ANN, BOB, CIM].flatMap((peer): KeptMark[] => { const mark = roster.markOf(peer); return mark == null ? [] : [mark] })

          for (const { peer, present } of kept) {
            const mark = marks.get(peer)

            if (mark != null && present) {
              mark.mayBeHandedOn = true
            }
          }

          if (step.kind === 'clear') {
            roster.clear()
          } else {
            roster = new Roster({ present: 10, gone: 10 })
            roster.restore(kept)
          }
        }

        // and the mark is what it should be, whatever happened
        for (const [peer, { epoch, sequence }] of marks) {
          expect(roster.markOf(peer)).toMatchObject({ epoch, sequence })
        }
      }

      expect(surprises).toEqual([])
    }), { numRuns: 1_000 })
  })

  it('online and offline of a peer alternate, and updates come only in between', () => {
    const steps = records.chain(heard => fc.array(fc.oneof(
      { weight: 4, arbitrary: fc.record({ record: fc.constantFrom(...heard), handedOn: fc.option(fc.record({ age: fc.nat(40_000), gone: fc.boolean() })) }) },
      fc.constant(undefined)
    ), { maxLength: 60 }))

    fc.assert(fc.property(steps, (taken) => {
      const roster = new Roster({ present: 10, gone: 10 })
      const present = new Set<PeerId>()
      let now = 0

      for (const step of taken) {
        now += 9_000

        const at = { now, date: now }
        const changes = step == null ? roster.expire(now) : step.handedOn == null ? roster.hear(step.record, at) : roster.take(step.record, step.handedOn, at)

        for (const change of changes) {
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
