import { beforeEach, describe, expect, it } from 'vitest'
import { MAX_CLOCK_SKEW } from '../../../src/presence/record/index.ts'
import { MAX_GONE_TOLD, Roster } from '../../../src/presence/roster/index.ts'
import { madeUpPeer } from '../simulation/made-up-peers.ts'
import { checked, epochAt } from '../record/records.ts'
import { ANN, AT, BOB, CIM, DAN, kinds, leaving } from './people.ts'
import type { PeerId } from '@libp2p/interface'

const THERE = { age: 0, gone: false }
const GONE = { age: 0, gone: true }

describe('a record that a neighbour hands on', () => {
  let roster: Roster

  beforeEach(() => { roster = new Roster() })

  it('puts somebody on the roster who was not known, for what is left of its lifetime', () => {
    expect(kinds(roster.take(checked(ANN, { lifetime: 30_000 }), { age: 10_000, gone: false }, { now: 50_000, date: 9 }))).toEqual(['online'])
    expect(roster.heardOf(ANN)).toBe(40_000)
    expect(roster.expire(69_999)).toEqual([])
    expect(kinds(roster.expire(70_000))).toEqual(['offline'])
  })

  it('leaves no more than a mark of somebody who is gone by now', () => {
    expect(roster.take(checked(ANN), GONE, AT)).toEqual([])
    expect(roster.take(checked(BOB, { lifetime: 30_000 }), { age: 30_000, gone: false }, AT)).toEqual([])
    expect(roster.size).toBe(0)
    expect([ANN, BOB].map(peer => roster.judge(checked(peer)))).toEqual(['superseded', 'superseded'])
  })

  it('takes nobody off who is present, if it is not that peer’s own goodbye', () => {
    roster.hear(checked(ANN, { lifetime: 30_000 }), AT)

    const later = checked(ANN, { sequence: 2n, lifetime: 30_000 })

    expect(roster.take(later, GONE, AT)).toEqual([])
    expect(roster.take(later, { age: 30_000, gone: false }, AT)).toEqual([])
    expect(roster.get(ANN)).not.toBe(undefined)
    expect(roster.take(checked(ANN, leaving), GONE, AT)).toEqual([{ kind: 'offline', reason: 'left', entry: expect.objectContaining({ peer: ANN }) }])
  })

  it('does not shorten the stay of somebody who was heard here, however old it is said to be', () => {
    roster.hear(checked(ANN, { lifetime: 30_000 }), { now: 100_000, date: 9 })
    roster.take(checked(ANN, { lifetime: 30_000, sequence: 2n }), { age: 29_999, gone: false }, { now: 100_001, date: 9 })

    expect(roster.heardOf(ANN)).toBe(100_000)
    expect(roster.expire(129_999)).toEqual([])
    expect(kinds(roster.expire(130_000))).toEqual(['offline'])
  })

  it('may be the very last one that was heard before this peer stopped; by gossip it may not', () => {
    roster.hear(checked(ANN), AT)
    roster.clear()

    expect(roster.judge(checked(ANN))).toBe('superseded')
    expect(roster.judgeHandedOn(checked(ANN), GONE)).toBe('superseded')
    expect(roster.judgeHandedOn(checked(ANN), THERE)).toBe('news')
    expect(kinds(roster.take(checked(ANN), THERE, AT))).toEqual(['online'])
    expect(roster.judgeHandedOn(checked(ANN), THERE)).toBe('superseded')
  })

  it('may be that once, and not if the peer was gone before this peer stopped', () => {
    roster.hear(checked(ANN, { lifetime: 30_000 }), AT)
    roster.expire(30_000)
    roster.clear()

    expect(roster.judgeHandedOn(checked(ANN), THERE)).toBe('superseded')

    roster.hear(checked(BOB, { lifetime: 30_000 }), AT)
    roster.clear()
    roster.take(checked(BOB, { lifetime: 30_000 }), THERE, { now: 40_000, date: 9 })
    roster.expire(70_000)

    expect(roster.judgeHandedOn(checked(BOB), THERE)).toBe('superseded')
  })

  it('may be that after a restart with the marks that were kept, where nothing later is known', () => {
    roster.hear(checked(BOB, { sequence: 7n }), AT)
    roster.restore([
      { peer: ANN, epoch: epochAt(0), sequence: 3n, present: true },
      { peer: BOB, epoch: epochAt(0), sequence: 3n, present: true },
      { peer: CIM, epoch: epochAt(0), sequence: 3n, present: false }
    ])

    expect([ANN, BOB, CIM].map(peer => roster.judgeHandedOn(checked(peer, { sequence: 3n }), THERE))).toEqual(['news', 'superseded', 'superseded'])
    expect(roster.judgeHandedOn(checked(ANN, { sequence: 2n }), THERE)).toBe('superseded')
    expect(roster.markOf(BOB)).toMatchObject({ sequence: 7n, present: true })
  })

  it('is to be forwarded once when it comes by gossip after all, as long as its peer is there', () => {
    const record = checked(ANN, { signed: Uint8Array.of(1, 2, 3) })

    roster.take(record, THERE, AT)

    expect(roster.isPublishedNow(ANN, Uint8Array.of(1, 2, 4))).toBe(false)
    expect(roster.isPublishedNow(ANN, Uint8Array.of(1, 2, 3))).toBe(true)
    expect(roster.isPublishedNow(ANN, Uint8Array.of(1, 2, 3))).toBe(false)

    roster.hear(checked(BOB), AT)

    expect(roster.isPublishedNow(BOB, checked(BOB).signed)).toBe(false)
  })
})

describe('what a roster hands on', () => {
  let roster: Roster

  beforeEach(() => { roster = new Roster() })

  const names = new Map([[ANN, 'ann'], [BOB, 'bob'], [CIM, 'cim'], [DAN, 'dan']])

  /** Records whose signed bytes tell whose they are. */
  function lines (now: number, before?: bigint): string[] {
    return [...roster.lines(now, before)].map(({ record, age, gone }) => `${[...names.values()][record[0] ?? 0]} ${age}${gone ? ' gone' : ''}`)
  }

  function hear (peer: PeerId, now: number, changes: Parameters<typeof checked>[1] = {}): void {
    roster.hear(checked(peer, { signed: Uint8Array.of([...names.keys()].indexOf(peer)), lifetime: 600_000, ...changes }), { now, date: now })
  }

  it('begins with what changed last, with the time since it was heard', () => {
    hear(ANN, 100)
    hear(BOB, 200)
    hear(CIM, 300)

    expect(lines(1_000)).toEqual(['cim 700', 'bob 800', 'ann 900'])
  })

  it('stays in its order when somebody says no more than that it is there, and not when it says something new', () => {
    hear(ANN, 100)
    hear(BOB, 200)
    hear(ANN, 300, { sequence: 2n })

    expect(lines(1_000)).toEqual(['bob 800', 'ann 700'])

    hear(ANN, 400, { sequence: 3n, status: 'busy' })

    expect(lines(1_000)).toEqual(['ann 600', 'bob 800'])
  })

  it('has those who went, until none of their records could be taken for good any more', () => {
    hear(ANN, 100)
    hear(BOB, 200, { lifetime: 30_000 })
    roster.expire(31_000)
    hear(ANN, 40_000, leaving)

    expect(lines(50_000)).toEqual(['ann 10000 gone', 'bob 49800 gone'])
    expect(lines(200 + 30_000 + MAX_CLOCK_SKEW)).toEqual(['ann 290200 gone'])
  })

  it('leaves out whom it suspects, and begins with who has refuted that', () => {
    hear(ANN, 100)
    hear(BOB, 200)
    roster.suspect(ANN, 9_000, false)

    expect(lines(1_000)).toEqual(['bob 800'])

    hear(ANN, 500, { sequence: 2n })

    expect(lines(1_000)).toEqual(['ann 500', 'bob 800'])
  })

  it('can be read page by page while it changes, and nobody who was there all the time is left out', () => {
    for (let number = 10; number < 30; number++) {
      roster.hear(checked(madeUpPeer(number), { signed: Uint8Array.of(number), lifetime: 600_000 }), AT)
    }

    const seen: number[] = []
    let before: bigint | undefined

    for (let page = 0; page < 10; page++) {
      const [first, second] = roster.lines(0, before)

      seen.push(...[first, second].flatMap(line => line?.record[0] ?? []))
      before = second?.place
      // in between, somebody comes and everybody else says that it is still there
      roster.hear(checked(madeUpPeer(100 + page), { lifetime: 600_000 }), AT)

      for (let number = 10; number < 30; number++) {
        roster.hear(checked(madeUpPeer(number), { signed: Uint8Array.of(number), lifetime: 600_000, sequence: BigInt(page + 2) }), AT)
      }
    }

    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => 10 + index))
  })

  it('has the last records of no more than the last so many who went', () => {
    for (let number = 0; number < MAX_GONE_TOLD + 100; number++) {
      roster.hear(checked(madeUpPeer(1_000 + number), leaving), AT)
    }

    expect([...roster.lines(1)].length).toBe(MAX_GONE_TOLD)
    expect(roster.remembered).toBe(MAX_GONE_TOLD + 100)
  })
})
