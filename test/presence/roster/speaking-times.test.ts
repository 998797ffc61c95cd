import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { ADDRESS_PATIENCE, ADDRESS_SPREAD_PER_PEER, FIRST_LIFETIME, HEARTBEAT_JITTER, LATEST_HEARTBEAT, MAX_ADDRESS_SPREAD, MAX_RETURN_SPREAD, MEETING_REPEAT, MIN_RECORD_GAP, REFUTATION_GAP, REFUTATION_REPEAT, REFUTATIONS, SETTLING_TIME } from '../../../src/presence/roster/index.ts'
import { SpeakingTimes } from '../../../src/presence/roster/speaking-times.ts'

const PACE = { interval: 15_000, lifetime: 150_000 }

describe('when a peer speaks', () => {
  let speaking: SpeakingTimes

  // the middle of all lots: no jitter
  beforeEach(() => {
    speaking = new SpeakingTimes(() => 0.5)
    speaking.start()
  })

  /** Lets it speak at a time when it has long said what it says on entering. */
  function speakAt (now: number): void {
    speaking.said(now, PACE.lifetime)
  }

  it('is never, before there is somebody to hear it, whatever changes', () => {
    speaking.changed(100)

    expect(speaking.due(200, PACE)).toBe(Infinity)
  })

  it('is a moment after it met the first, and once more soon, and then with each heartbeat', () => {
    speaking.met(1_000)
    expect(speaking.due(1_000, PACE)).toBe(1_000 + SETTLING_TIME)

    const first = speaking.due(1_000, PACE)

    speakAt(first)
    expect(speaking.due(first, PACE)).toBe(first + MEETING_REPEAT)

    const second = speaking.due(first, PACE)

    speakAt(second)
    expect(speaking.due(second, PACE)).toBe(second + PACE.interval)
  })

  it('promises to be there for long at first, since it does not know yet how many there are', () => {
    expect(speaking.lifetime(0, PACE)).toBe(FIRST_LIFETIME)
    speakAt(0)
    expect(speaking.lifetime(59_999, PACE)).toBe(FIRST_LIFETIME)
    expect(speaking.lifetime(60_000, PACE)).toBe(PACE.lifetime)
    expect(speaking.lifetime(0, { interval: 4e6, lifetime: 1.44e7 })).toBe(1.44e7)
  })

  it('is at once if no address is left of those that were said', () => {
    speakAt(1_000)
    speaking.addressesChanged('all', 5_000, 40)
    expect(speaking.due(5_000, PACE)).toBe(5_000)
  })

  it('is by lot, the later the more peers there are, if there are new addresses beside some that stand', () => {
    speakAt(1_000)
    speaking.addressesChanged('more', 2_000, 40)
    expect(speaking.due(2_000, PACE)).toBe(2_000 + 0.5 * 40 * ADDRESS_SPREAD_PER_PEER)
    // one that becomes known meanwhile does not put it off
    speaking.addressesChanged('more', 3_000, 40)
    expect(speaking.due(3_000, PACE)).toBe(2_000 + 0.5 * 40 * ADDRESS_SPREAD_PER_PEER)
    speakAt(4_000)
    speaking.addressesChanged('more', 5_000, 1_000)
    expect(speaking.due(5_000, PACE)).toBe(5_000 + 0.5 * MAX_ADDRESS_SPREAD)
  })

  it('is some seconds later if addresses are gone, and not at all if they are back by then', () => {
    speakAt(1_000)
    speaking.due(1_000, PACE)
    speaking.addressesChanged('fewer', 2_000, 2)
    expect(speaking.due(2_000, PACE)).toBe(2_000 + ADDRESS_PATIENCE + ADDRESS_SPREAD_PER_PEER)
    speaking.addressesChanged('none', 6_000, 2)
    expect(speaking.due(6_000, PACE)).toBeCloseTo(1_000 + PACE.interval)
  })

  it('tells the new addresses with whatever is said before', () => {
    speakAt(1_000)
    speaking.addressesChanged('fewer', 2_000, 2)
    speaking.changed(3_000)
    speakAt(speaking.due(3_000, PACE))
    expect(speaking.due(4_000, PACE)).toBeCloseTo(3_000 + PACE.interval)
  })

  it('is at once if something changed, but not twice in a fifth of a second', () => {
    speakAt(1_000)
    speaking.changed(5_000)
    expect(speaking.due(5_000, PACE)).toBe(5_000)
    speakAt(5_000)
    speaking.changed(5_010)
    speaking.changed(5_020)
    expect(speaking.due(5_020, PACE)).toBe(5_000 + MIN_RECORD_GAP)
  })

  it('is not before those whom it met can hear it, even if a heartbeat is long due or something changes', () => {
    speakAt(0)
    speaking.returned(100_000, 0)
    expect(speaking.due(100_000, PACE)).toBe(100_000 + SETTLING_TIME)
    speaking.changed(100_001)
    expect(speaking.due(100_001, PACE)).toBe(100_000 + SETTLING_TIME)
  })

  it('is within five seconds, by lot, for those who come back together, and once more', () => {
    const last = new SpeakingTimes(() => 0.999)

    last.start()
    last.said(0, PACE.lifetime)
    last.returned(1_000, 10_000)

    const due = last.due(1_000, { interval: 4e6, lifetime: 1.44e7 })

    expect(due).toBeGreaterThan(1_000 + MAX_RETURN_SPREAD * 0.9)
    expect(due).toBeLessThanOrEqual(1_000 + SETTLING_TIME + MAX_RETURN_SPREAD)
    last.said(due, PACE.lifetime)
    expect(last.due(due, PACE)).toBe(due + REFUTATION_REPEAT)
  })

  it('is at once when it is said to be lost, without a timer, and once more', () => {
    speakAt(1_000)
    speaking.refute(1_001)
    expect(speaking.due(1_001, PACE)).toBe(1_001)
    speakAt(1_001)
    expect(speaking.due(1_001, PACE)).toBe(1_001 + REFUTATION_REPEAT)
  })

  it('is no more often than once a second if that goes on and on', () => {
    let now = 1_000
    let said = 0

    speakAt(now)

    for (; now < 101_000; now += 50) {
      speaking.refute(now)

      if (speaking.due(now, PACE) <= now) {
        speakAt(now)
        said++
      }
    }

    expect(said).toBeLessThanOrEqual(REFUTATIONS.burst + 2 * 100_000 / REFUTATION_GAP)
    expect(said).toBeGreaterThan(90)
  })

  it('is once more when it hears that it is said to be lost although it has spoken since', () => {
    speakAt(1_000)
    speaking.repeat(1_500)
    expect(speaking.due(1_500, PACE)).toBe(1_000 + REFUTATION_REPEAT)
    speaking.repeat(9_000)
    expect(speaking.due(9_000, PACE)).toBe(1_000 + REFUTATION_REPEAT)
    speakAt(9_000)
    speaking.repeat(15_000)
    expect(speaking.due(15_000, PACE)).toBe(15_000)
  })

  it('is as soon as a neighbour has answered, if it says so, and once more', () => {
    speaking.met(0)
    speaking.settled(40)
    expect(speaking.due(40, PACE)).toBe(40)
    speakAt(40)
    expect(speaking.due(40, PACE)).toBe(40 + SETTLING_TIME)
  })

  it('comes nearer as a room empties, by the share of the way that is left', () => {
    const large = { interval: 400_000, lifetime: 1_440_000 }

    speaking.said(0, large.lifetime)
    expect(speaking.due(0, large)).toBe(400_000)
    // half of the way at the old pace; the other half at the new one
    expect(speaking.due(200_000, large)).toBe(400_000)
    expect(speaking.due(200_000, PACE)).toBe(200_000 + PACE.interval / 2)
  })

  it('moves away as a room fills, but not beyond half of what was promised', () => {
    speakAt(0)

    expect(speaking.due(0, PACE)).toBe(PACE.interval)
    expect(speaking.due(7_500, { interval: 30_000, lifetime: 150_000 })).toBe(7_500 + 15_000)
    expect(speaking.due(7_500, { interval: 4e6, lifetime: 1.44e7 })).toBe(PACE.lifetime * LATEST_HEARTBEAT / (1 + HEARTBEAT_JITTER))
  })

  it('always is before half of the lifetime promised last is over, however the room changes', () => {
    const steps = fc.array(fc.record({ wait: fc.nat(60_000), peers: fc.integer({ min: 1, max: 10_000 }), event: fc.constantFrom('none', 'changed', 'refute', 'repeat', 'returned') }), { maxLength: 80 })

    fc.assert(fc.property(steps, fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (taken, lots) => {
      const peer = new SpeakingTimes(() => lots.next().value ?? 0)
      let now = 0
      let saidAt = 0
      let promised = PACE.lifetime

      peer.start()
      peer.said(0, promised)

      for (const { wait, peers, event } of taken) {
        const pace = { interval: Math.max(peers * 400, 15_000), lifetime: Math.max(peers * 1_440, 150_000) }
        const until = now + wait

        // a timer that fires in time
        for (let due = peer.due(now, pace); due <= until; due = peer.due(now, pace)) {
          now = Math.max(due, now)
          expect(now - saidAt).toBeLessThanOrEqual(promised * LATEST_HEARTBEAT + SETTLING_TIME + MAX_RETURN_SPREAD)
          saidAt = now
          promised = peer.lifetime(now, pace)
          peer.said(now, promised)
        }

        now = until

        if (event === 'returned') {
          peer.returned(now, peers)
        } else if (event !== 'none') {
          peer[event](now)
        }
      }
    }))
  })
})
