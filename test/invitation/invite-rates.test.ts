import { array, assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InviteRates } from '../../src/invitation/invite-rates.ts'

const RATE = { invites: 5, invitesOfStrangers: 20, inviteTime: 10_000 }

describe('InviteRates', () => {
  it('lets no peer send more than its rate in any stretch of time', () => {
    assert(property(array(integer({ min: 0, max: 4_000 }), { maxLength: 200 }), pauses => {
      const rates = new InviteRates(RATE, 0)
      const admitted: number[] = []
      let now = 0

      for (const pause of pauses) {
        now += pause

        if (rates.admits('ada', undefined, now)) {
          admitted.push(now)
        }
      }

      const tooClose = admitted.filter((moment, index) => index >= RATE.invites && moment - (admitted[index - RATE.invites] ?? 0) < RATE.inviteTime)

      expect(tooClose).toEqual([])
    }))
  })

  it('lets a peer that keeps to its rate always through', () => {
    const rates = new InviteRates(RATE, 0)

    for (let now = 0; now < 1_000_000; now += RATE.inviteTime / RATE.invites) {
      expect(rates.admits('ada', undefined, now)).toBe(true)
    }
  })

  it('counts each peer by itself', () => {
    const rates = new InviteRates({ ...RATE, invites: 1, inviteTime: 10 }, 0)

    expect(rates.admits('ada', undefined, 0)).toBe(true)
    expect(rates.admits('ben', undefined, 0)).toBe(true)
    expect(rates.admits('ada', undefined, 9)).toBe(false)
    expect(rates.admits('ada', undefined, 10)).toBe(true)
  })

  it('forgets on a sweep whoever was quiet, and goes on counting the others', () => {
    const rates = new InviteRates({ ...RATE, invites: 1, inviteTime: 10 }, 0)

    rates.admits('ada', undefined, 0)
    rates.admits('ben', undefined, 5)
    rates.sweep(10)

    expect(rates.admits('ben', undefined, 14)).toBe(false)
    expect(rates.admits('ada', undefined, 10)).toBe(true)
  })

  it('bounds what all of a crowd send together, however many they are, and each of them as any peer', () => {
    const rates = new InviteRates(RATE, 0)
    const admitted = Array.from({ length: 100 }, (_, index) => rates.admits(`stranger ${index}`, 'strangers', 0))

    expect(admitted.filter(Boolean)).toHaveLength(20)
    expect(Array.from({ length: 10 }, () => rates.admits('ben', 'guests', 0)).filter(Boolean)).toHaveLength(5)
    // two in a second come back
    expect([999, 999].map(now => rates.admits('one more', 'strangers', now))).toEqual([true, false])
  })

  it('lets a crowd take nothing away from another one, nor from peers that are in none', () => {
    const rates = new InviteRates({ ...RATE, invitesOfStrangers: 1 }, 0)

    expect([rates.admits('ada', 'strangers', 0), rates.admits('ben', 'strangers', 0)]).toEqual([true, false])
    expect([rates.admits('cyd', 'guests', 0), rates.admits('dan', undefined, 0)]).toEqual([true, true])
  })

  it('lets no peer use up what its crowd may send by sending more than it may itself', () => {
    const rates = new InviteRates({ ...RATE, invitesOfStrangers: 6 }, 0)

    for (let i = 0; i < 1_000; i++) {
      rates.admits('ada', 'strangers', 0)
    }

    expect(rates.admits('ben', 'strangers', 0)).toBe(true)
  })

  it('has no bounds where none are set', () => {
    const rates = new InviteRates({ invites: Infinity, invitesOfStrangers: Infinity, inviteTime: 10_000 }, 0)

    expect([0, 0, 0, 5, 5].map(now => rates.admits('ada', 'strangers', now))).toEqual([true, true, true, true, true])
  })
})
