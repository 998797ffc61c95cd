import { array, assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InviteGate } from '../../src/invitation/invite-gate.ts'

const RATE = { most: 5, time: 10_000 }

describe('InviteGate', () => {
  it('lets no peer send more than its rate in any stretch of time', () => {
    assert(property(array(integer({ min: 0, max: 4_000 }), { maxLength: 200 }), pauses => {
      const gate = new InviteGate(RATE)
      const admitted: number[] = []
      let now = 0

      for (const pause of pauses) {
        now += pause

        if (gate.admits('ada', now)) {
          admitted.push(now)
        }
      }

      const tooClose = admitted.filter((moment, index) => index >= RATE.most && moment - (admitted[index - RATE.most] ?? 0) < RATE.time)

      expect(tooClose).toEqual([])
    }))
  })

  it('lets a peer that keeps to its rate always through', () => {
    const gate = new InviteGate(RATE)

    for (let now = 0; now < 1_000_000; now += RATE.time / RATE.most) {
      expect(gate.admits('ada', now)).toBe(true)
    }
  })

  it('counts each peer by itself', () => {
    const gate = new InviteGate({ most: 1, time: 10 })

    expect(gate.admits('ada', 0)).toBe(true)
    expect(gate.admits('ben', 0)).toBe(true)
    expect(gate.admits('ada', 9)).toBe(false)
    expect(gate.admits('ada', 10)).toBe(true)
  })

  it('forgets on a sweep whoever was quiet, and goes on counting the others', () => {
    const gate = new InviteGate({ most: 1, time: 10 })

    gate.admits('ada', 0)
    gate.admits('ben', 5)
    gate.sweep(10)

    expect(gate.admits('ben', 14)).toBe(false)
    expect(gate.admits('ada', 10)).toBe(true)
  })
})
