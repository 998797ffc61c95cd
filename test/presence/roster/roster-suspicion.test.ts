import { beforeEach, describe, expect, it } from 'vitest'
import { Roster } from '../../../src/presence/roster/index.ts'
import { checked, epochAt } from '../record/records.ts'
import { ANN, AT, BOB, CIM, DAN, leaving } from './people.ts'

const SELF = DAN
const lost = (peer: typeof ANN): object => ({ kind: 'offline', reason: 'lost', entry: expect.objectContaining({ peer }) })

describe('somebody who is suspected to be lost', () => {
  let roster: Roster

  beforeEach(() => {
    roster = new Roster()
    roster.hear(checked(ANN, { lifetime: 600_000 }), AT)
    roster.hear(checked(BOB, { lifetime: 600_000 }), AT)
  })

  it('is present until its time is over, and lost then', () => {
    expect(roster.suspect(ANN, 20_000, true)).toBe(true)
    expect(roster.isSuspected(ANN)).toBe(true)
    expect(roster.nextEnd).toBe(20_000)
    expect(roster.expire(19_999)).toEqual([])
    expect(roster.get(ANN)).not.toBe(undefined)
    expect(roster.expire(20_000)).toEqual([lost(ANN)])
    expect(roster.judge(checked(ANN))).toBe('superseded')
    expect(roster.judge(checked(ANN, { sequence: 2n }))).toBe('news')
  })

  it('has no more time because it is suspected again', () => {
    roster.suspect(ANN, 20_000, true)

    expect(roster.suspect(ANN, 90_000, true)).toBe(false)
    expect(roster.expire(20_000)).toEqual([lost(ANN)])
  })

  it('is not any more once it has spoken, itself or through a neighbour', () => {
    roster.suspect(ANN, 20_000, true)
    roster.suspect(BOB, 20_000, true)
    roster.hear(checked(ANN, { sequence: 2n, lifetime: 600_000 }), AT)
    roster.take(checked(BOB, { sequence: 2n, lifetime: 600_000 }), { age: 5, gone: false }, AT)

    expect([ANN, BOB].map(peer => roster.isSuspected(peer))).toEqual([false, false])
    expect(roster.expire(20_000)).toEqual([])
  })

  it('is not any more when that is taken back', () => {
    roster.suspect(ANN, 20_000, true)
    roster.suspect(BOB, 20_000, false)

    expect(roster.trust(ANN)).toBe(true)
    expect(roster.trust(ANN)).toBe(false)
    expect(roster.trustAll()).toBe(true)
    expect(roster.trustAll()).toBe(false)
    expect(roster.expire(20_000)).toEqual([])
  })

  it('is not lost as long as it may have spoken without being heard, unless it is certain', () => {
    roster.suspect(ANN, 20_000, true)
    roster.suspect(BOB, 20_000, false)

    expect(roster.expire(20_000, true)).toEqual([lost(ANN)])
    expect(roster.expire(20_000)).toEqual([lost(BOB)])
  })

  it('may be given more time, unless it is certain', () => {
    roster.suspect(ANN, 20_000, true)
    roster.suspect(BOB, 20_000, false)
    roster.postpone(75_000)

    expect(roster.expire(74_999)).toEqual([lost(ANN)])
    expect(roster.expire(75_000)).toEqual([lost(BOB)])
  })

  it('has left if it says goodbye', () => {
    roster.suspect(ANN, 20_000, true)

    expect(roster.hear(checked(ANN, leaving), AT)).toEqual([{ kind: 'offline', reason: 'left', entry: expect.objectContaining({ peer: ANN }) }])
  })

  it('cannot be somebody who is not there', () => {
    expect(roster.suspect(CIM, 20_000, true)).toBe(false)
    expect(roster.isSuspected(CIM)).toBe(false)
  })

  it('makes the digest another one, until that is over', () => {
    const before = roster.digestWith(SELF, epochAt(9))

    roster.suspect(ANN, 20_000, true)
    expect(roster.digestWith(SELF, epochAt(9))).not.toEqual(before)
    roster.trust(ANN)
    expect(roster.digestWith(SELF, epochAt(9))).toEqual(before)
    roster.suspect(ANN, 20_000, true)
    roster.hear(checked(ANN, { sequence: 2n, lifetime: 600_000 }), AT)
    expect(roster.digestWith(SELF, epochAt(9))).toEqual(before)
  })

  it('leaves the digest as it is without it when it is lost, left, restarted or cleared', () => {
    const without = new Roster()

    without.hear(checked(BOB, { lifetime: 600_000 }), AT)
    roster.suspect(ANN, 20_000, true)
    expect(roster.digestWith(SELF, epochAt(9))).toEqual(without.digestWith(SELF, epochAt(9)))
    roster.expire(20_000)
    expect(roster.digestWith(SELF, epochAt(9))).toEqual(without.digestWith(SELF, epochAt(9)))

    roster.suspect(BOB, 40_000, true)
    roster.hear(checked(BOB, { epoch: epochAt(1), lifetime: 600_000 }), AT)
    without.hear(checked(BOB, { epoch: epochAt(1), lifetime: 600_000 }), AT)
    expect(roster.digestWith(SELF, epochAt(9))).toEqual(without.digestWith(SELF, epochAt(9)))

    roster.suspect(BOB, 40_000, true)
    roster.clear()
    expect(roster.digestWith(SELF, epochAt(9))).toEqual(new Roster().digestWith(SELF, epochAt(9)))
  })
})
