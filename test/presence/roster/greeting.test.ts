import { beforeEach, describe, expect, it } from 'vitest'
import { GREETING_SPREAD_PER_PEER, MAX_GREETING_SPREAD, Membership, REFUTATION_REPEAT } from '../../../src/presence/roster/index.ts'
import { checked, epochAt } from '../record/records.ts'
import { madeUpPeer } from '../simulation/made-up-peers.ts'
import { ANN, BOB, CIM, DAN } from './people.ts'
import type { PeerId } from '@libp2p/interface'

const LONG = 40_000_000

describe('a member that greets', () => {
  let now: number
  let membership: Membership

  function hear (peer: PeerId, sequence: bigint): void {
    membership.hear(checked(peer, { lifetime: LONG, sequence }), { now, date: now })
  }

  /** Whether it speaks within that time, asked whenever it is due. */
  function speaksWithin (ms: number): boolean {
    const end = now + ms

    for (;;) {
      if (membership.duties({ now, date: now }).say != null) {
        return true
      }

      if (now >= end) {
        return false
      }

      now = Math.min(membership.due({ now, date: now }), end)
    }
  }

  function enter (greets: boolean): void {
    now = 1_000
    membership = new Membership({ self: madeUpPeer(9), budget: 5_000, lot: () => 0.5, greets })
    membership.join()
    membership.neighbours(1, now)
    hear(ANN, 7n)
    hear(BOB, 7n)
    // its first record, and the same again
    expect([speaksWithin(1_000), speaksWithin(2_000)]).toEqual([true, true])
    expect(speaksWithin(REFUTATION_REPEAT)).toBe(false)
  }

  beforeEach(() => { enter(true) })

  it('speaks when somebody comes that was not there', () => {
    hear(CIM, 1n)
    expect(speaksWithin(0.4 * 3 * GREETING_SPREAD_PER_PEER)).toBe(false)
    expect(speaksWithin(0.2 * 3 * GREETING_SPREAD_PER_PEER)).toBe(true)
    expect(speaksWithin(MAX_GREETING_SPREAD)).toBe(false)
  })

  it('does not if another has done so', () => {
    hear(CIM, 1n)
    // the newcomer itself says it twice
    hear(CIM, 2n)
    hear(BOB, 8n)
    expect(speaksWithin(MAX_GREETING_SPREAD)).toBe(false)
  })

  it('does for the second of two that come', () => {
    hear(CIM, 1n)
    hear(DAN, 1n)
    expect(speaksWithin(0.6 * 4 * GREETING_SPREAD_PER_PEER)).toBe(true)
  })

  it('does not for one that has been there for long and was not known here', () => {
    hear(CIM, 3n)
    expect(speaksWithin(MAX_GREETING_SPREAD)).toBe(false)
  })

  it('does not again within a few seconds', () => {
    hear(CIM, 1n)
    expect(speaksWithin(MAX_GREETING_SPREAD)).toBe(true)
    hear(DAN, 1n)
    expect(speaksWithin(0.9 * REFUTATION_REPEAT)).toBe(false)
    expect(speaksWithin(0.2 * REFUTATION_REPEAT)).toBe(true)
  })

  it('does not where newcomers have somebody to ask, nor from a hidden page', () => {
    enter(false)
    hear(CIM, 1n)
    expect(speaksWithin(MAX_GREETING_SPREAD)).toBe(false)
    enter(true)
    membership.isHidden = true
    hear(CIM, 1n)
    expect(speaksWithin(MAX_GREETING_SPREAD)).toBe(false)
  })
})

describe('a newcomer that could ask nobody', () => {
  it('asks again as soon as it hears of somebody', () => {
    const membership = new Membership({ self: madeUpPeer(9), budget: 5_000, lot: () => 0.5 })
    let now = 0

    membership.join()
    membership.neighbours(1, now)

    for (let tries = 0; tries < 5; tries++) {
      now = Math.max(now, membership.due({ now, date: now }))

      const { ask } = membership.duties({ now, date: now })

      if (ask != null) {
        membership.unanswered(ask, now)
      }
    }

    now += 1
    expect(membership.duties({ now, date: now }).ask).toBe(undefined)
    membership.hear(checked(ANN, { lifetime: LONG, epoch: epochAt(1) }), { now, date: now })
    expect(membership.duties({ now, date: now }).ask).toBe('roster')
  })
})
