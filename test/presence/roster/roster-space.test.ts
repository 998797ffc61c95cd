import { describe, expect, it } from 'vitest'
import { CommonSpace, Membership, Roster, RosterSpace } from '../../../src/presence/roster/index.ts'
import { checked, epochAt } from '../record/records.ts'
import { madeUpPeer } from '../simulation/made-up-peers.ts'
import { ANN, AT, BOB, leaving } from './people.ts'

describe('the space of a roster', () => {
  it('is its own, and beyond that what is left of the common one', () => {
    const common = new CommonSpace(100)
    const [one, two] = [new RosterSpace(50, common), new RosterSpace(50, common)]

    one.take(120)
    expect(common.used).toBe(70)
    expect([two.has(80), two.has(81)]).toEqual([true, false])
    two.take(80)
    expect([one.has(1), two.has(1)]).toEqual([false, false])
    one.take(-90)
    expect(common.used).toBe(30)
    expect([one.has(90), one.has(91)]).toEqual([true, false])
    expect(new RosterSpace(50).has(51)).toBe(false)
  })

  it('is filled in one room without taking from the others what is theirs', () => {
    const common = new CommonSpace(10_000)
    const rosters = Array.from({ length: 3 }, () => new Roster({ space: new RosterSpace(1_000, common) }))
    const [flooded, ...quiet] = rosters as [Roster, Roster, Roster]

    for (let number = 10; number < 1_000; number++) {
      flooded.hear(checked(madeUpPeer(number), { signed: new Uint8Array(100) }), AT)
    }

    expect(flooded.size).toBe(110)
    expect(common.used).toBe(10_000)

    for (const roster of quiet) {
      for (let number = 10; number < 1_000; number++) {
        roster.hear(checked(madeUpPeer(number), { signed: new Uint8Array(100) }), AT)
      }

      expect(roster.size).toBe(10)
    }
  })

  it.each<[string, (roster: Roster) => void]>([
    ['goodbyes', (roster) => { roster.hear(checked(ANN, leaving), AT) }],
    ['the end of lifetimes', (roster) => { roster.expire(100_000) }],
    ['a restart', (roster) => { roster.hear(checked(ANN, { epoch: epochAt(1), signed: new Uint8Array(0) }), AT) }],
    ['clearing it', (roster) => { roster.clear() }]
  ])('is given back by %s', (_, end) => {
    const common = new CommonSpace(1_000)
    const roster = new Roster({ space: new RosterSpace(0, common) })

    roster.hear(checked(ANN, { signed: new Uint8Array(300) }), AT)
    expect(common.used).toBe(300)
    end(roster)
    expect(common.used).toBe(0)
  })

  it('is given back by a membership that ends', () => {
    const common = new CommonSpace(1_000)
    const membership = new Membership({ self: BOB, budget: 5_000, lot: () => 0.5, isSilent: true, limits: { space: new RosterSpace(100, common) } })

    membership.join()
    membership.hear(checked(ANN, { signed: new Uint8Array(300) }), AT)
    expect(common.used).toBe(200)
    membership.leave()
    expect(common.used).toBe(0)
  })
})
