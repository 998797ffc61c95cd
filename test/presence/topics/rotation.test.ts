import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { planDays } from '../../../src/presence/topics/rotation.ts'
import { DAY, HOUR, room, topicAt } from './rooms.ts'
import type { RoomTopics } from '../../../src/presence/topics/index.ts'

/** A midnight, UTC. */
const MIDNIGHT = Date.UTC(2026, 0, 2)
const TODAY = MIDNIGHT / DAY

const anyDate = fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) })
/** Dates of which many are close to the hours at which something changes. */
const anyDateNearChange = fc.tuple(fc.integer({ min: 1, max: 50_000 }), fc.constantFrom(-1, 0, 1), fc.integer({ min: -2, max: 2 }))
  .map(([day, hours, ms]) => day * DAY + hours * HOUR + ms)
const anyTime = fc.oneof(anyDate, anyDateNearChange)

function heardAt (date: number): number[] {
  const { speak, beside } = planDays(date)

  return beside == null ? [speak] : [speak, beside]
}

describe('the day of a room with a secret', () => {
  it.each([
    ['an hour before midnight, less a moment', -HOUR - 1, { speak: TODAY - 1, until: MIDNIGHT - HOUR }],
    ['an hour before midnight', -HOUR, { speak: TODAY - 1, beside: TODAY, until: MIDNIGHT }],
    ['a moment before midnight', -1, { speak: TODAY - 1, beside: TODAY, until: MIDNIGHT }],
    ['midnight', 0, { speak: TODAY, beside: TODAY - 1, until: MIDNIGHT + HOUR }],
    ['an hour after midnight, less a moment', HOUR - 1, { speak: TODAY, beside: TODAY - 1, until: MIDNIGHT + HOUR }],
    ['an hour after midnight', HOUR, { speak: TODAY, until: MIDNIGHT + DAY - HOUR }]
  ])('at %s', (_, ms, plan) => {
    expect(planDays(MIDNIGHT + ms)).toEqual(plan)
  })

  it('is heard by everyone whose clock is up to an hour off', () => {
    fc.assert(fc.property(anyTime, fc.integer({ min: -HOUR, max: HOUR }), (speaker, offset) => {
      // at exactly an hour, the one behind says its last word on the old day when the other gives it up
      const hearer = speaker + (offset === HOUR ? HOUR - 1 : offset)

      expect(heardAt(hearer)).toContain(planDays(speaker).speak)
    }), { numRuns: 5_000 })
  })

  it('is the same until it says, and another then', () => {
    fc.assert(fc.property(anyTime, date => {
      const plan = planDays(date)

      expect(plan.until).toBeGreaterThan(date)
      expect(planDays(plan.until - 1)).toEqual(plan)
      expect(planDays(plan.until)).not.toEqual(plan)
    }), { numRuns: 5_000 })
  })
})

describe('the topics of a room with a secret', () => {
  let ahead: RoomTopics
  let behind: RoomTopics

  beforeAll(async () => { [ahead, behind] = [await room(), await room()] })

  it('are one by day, and two around midnight, of which the first is spoken on', async () => {
    const yesterday = await topicAt(ahead, MIDNIGHT - 12 * HOUR)
    const today = await topicAt(ahead, MIDNIGHT + 12 * HOUR)

    expect(today).not.toBe(yesterday)
    expect(await ahead.at(MIDNIGHT - HOUR - 1)).toEqual({ speak: yesterday, listen: [yesterday], until: MIDNIGHT - HOUR })
    expect(await ahead.at(MIDNIGHT - HOUR)).toEqual({ speak: yesterday, listen: [yesterday, today], until: MIDNIGHT })
    expect(await ahead.at(MIDNIGHT)).toEqual({ speak: today, listen: [today, yesterday], until: MIDNIGHT + HOUR })
    expect(await ahead.at(MIDNIGHT + HOUR)).toEqual({ speak: today, listen: [today], until: MIDNIGHT + DAY - HOUR })
  })

  it.each([-HOUR, -HOUR / 2, -1, 0, 1, HOUR / 2])('let two peers hear each other whose clocks are 59 minutes apart, %d ms from midnight', async (ms) => {
    const dates = [MIDNIGHT + ms, MIDNIGHT + ms - 59 * 60_000] as const
    const plans = [await ahead.at(dates[0]), await behind.at(dates[1])] as const

    expect(plans[1].listen).toContain(plans[0].speak)
    expect(plans[0].listen).toContain(plans[1].speak)
    expect(await behind.open(plans[0].speak, await ahead.seal(plans[0].speak, Uint8Array.of(1)))).toEqual(Uint8Array.of(1))
    expect(await ahead.open(plans[1].speak, await behind.seal(plans[1].speak, Uint8Array.of(2)))).toEqual(Uint8Array.of(2))
  })

  it('are the same again when a clock is set back', async () => {
    const plan = await ahead.at(MIDNIGHT)

    for (let days = 1; days < 20; days++) {
      await ahead.at(MIDNIGHT + days * DAY)
    }

    expect(await ahead.at(MIDNIGHT)).toEqual(plan)
    expect(await ahead.open(plan.speak, await ahead.seal(plan.speak, Uint8Array.of(1)))).toEqual(Uint8Array.of(1))
  })
})
