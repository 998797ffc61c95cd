import { beforeEach, describe, expect, it } from 'vitest'
import { Membership, SUSPICION_TIME } from '../../../src/presence/roster/index.ts'
import { checked, epochAt } from '../record/records.ts'
import { madeUpPeer } from '../simulation/made-up-peers.ts'
import { ANN, BOB, CIM } from './people.ts'
import type { Duties } from '../../../src/presence/roster/index.ts'

const SELF = madeUpPeer(9)

describe('a membership that only follows a room', () => {
  let now: number
  let membership: Membership

  function during (ms: number): Duties[] {
    const end = now + ms
    const all: Duties[] = []

    for (;;) {
      const duties = membership.duties({ now, date: now })

      all.push(duties)

      if (duties.ask != null) {
        membership.answered(duties.ask, now)
      }

      if (now >= end) {
        return all
      }

      now = Math.min(membership.due({ now, date: now }), end)
    }
  }

  beforeEach(() => {
    now = 1_000
    membership = new Membership({ self: SELF, budget: 5_000, lot: () => 0.5, isSilent: true })
    membership.join()
    membership.neighbours(1, now)
    membership.hear(checked(ANN, { lifetime: 40_000_000 }), { now, date: now })
    membership.hear(checked(BOB, { lifetime: 40_000_000 }), { now, date: now })
  })

  it('never has anything to say, whatever happens', () => {
    membership.changed(now)
    membership.woke(now)
    membership.neighbours(0, now)
    membership.neighbours(2, now)
    membership.hearSuspicion({ peer: SELF, epoch: epochAt(0), sequence: 1n }, ANN, undefined, now)
    expect(during(1_000_000).filter(({ say }) => say != null)).toEqual([])
  })

  it('asks for the roster, and suspects who is lost, as a member does', () => {
    membership.lost(ANN, now)

    const first = during(2_000)

    expect(first.flatMap(({ ask }) => ask ?? [])).toContain('roster')
    expect(first.flatMap(({ probe }) => probe)).toEqual([ANN])
    membership.unreachable(ANN, true, now)

    const then = during(SUSPICION_TIME + 1_000)

    expect(then.flatMap(({ suspect }) => suspect.map(({ peer }) => peer))).toEqual([ANN, ANN])
    expect(then.flatMap(({ changes }) => changes.map(change => change.kind))).toEqual(['offline'])
  })
})

describe('a suspicion by somebody who is not in the room', () => {
  const SUSPICION = { peer: ANN, epoch: epochAt(0), sequence: 1n }
  let membership: Membership

  function brought (peer = CIM, isFollower = false): boolean {
    return membership.hearSuspicion(SUSPICION, SELF, undefined, 1_000, { peer, isFollower })
  }

  beforeEach(() => {
    membership = new Membership({ self: madeUpPeer(8), budget: 5_000, lot: () => 0.5 })
    membership.join()
    membership.hear(checked(ANN, { lifetime: 40_000_000 }), { now: 1_000, date: 1_000 })
    membership.hear(checked(BOB, { lifetime: 40_000_000 }), { now: 1_000, date: 1_000 })
  })

  it('is believed if a neighbour brings it that is, or that follows the room', () => {
    expect(brought(CIM)).toBe(false)
    expect(membership.hearSuspicion(SUSPICION, SELF, undefined, 1_000)).toBe(false)
    expect(membership.roster.isSuspected(ANN)).toBe(false)
    expect(brought(BOB)).toBe(true)
    membership.roster.trust(ANN)
    expect(brought(CIM, true)).toBe(true)
    expect(membership.roster.isSuspected(ANN)).toBe(true)
  })

  it('counts as one of that neighbour’s', () => {
    let believed = 0

    for (let number = 100; number < 200; number++) {
      const peer = madeUpPeer(number)

      membership.hear(checked(peer, { lifetime: 40_000_000 }), { now: 1_000, date: 1_000 })
      // another author each time
      believed += membership.hearSuspicion({ ...SUSPICION, peer }, madeUpPeer(1_000 + number), undefined, 1_000, { peer: CIM, isFollower: true }) ? 1 : 0
    }

    expect(believed).toBe(16)
  })
})
