import { beforeEach, describe, expect, it } from 'vitest'
import { ASK_RETRY_DELAY, COMPARISONS, MAX_ASK_RETRY_DELAY, MEETING_COMPARISON_DELAY, MIN_COMPARISON_GAP } from '../../../src/presence/roster/index.ts'
import { ComparisonTimes } from '../../../src/presence/roster/comparison-times.ts'

const INTERVAL = 15_000

describe('when a neighbour is asked what it knows', () => {
  let times: ComparisonTimes

  // the middle of all lots: no jitter
  beforeEach(() => {
    times = new ComparisonTimes(() => 0.5)
    times.start()
  })

  it('is never, before somebody was met', () => {
    times.met(0)

    expect(times.due).toBe(Infinity)
    expect(times.take(1e9)).toBe(undefined)
  })

  it('is once for the whole roster, and then ever more seldom whether it is the same', () => {
    const asked: Array<[string | undefined, number]> = []

    times.wantRoster(100)

    for (let round = 0; round < 6; round++) {
      const { due } = times
      const question = times.take(due)

      asked.push([question, due])
      expect(times.take(due)).toBe(undefined)
      times.answered(question ?? 'roster', due, INTERVAL)
    }

    const [first, second, third] = COMPARISONS

    expect(asked).toEqual([
      ['roster', 100],
      ['comparison', 100 + first],
      ['comparison', 100 + first + second],
      ['comparison', 100 + first + second + third],
      ['comparison', 100 + first + second + third + MIN_COMPARISON_GAP],
      ['comparison', 100 + first + second + third + 2 * MIN_COMPARISON_GAP]
    ])
  })

  it('is as seldom as heartbeats are, where those are rarer', () => {
    times.answered('roster', 0, INTERVAL)

    for (const _ of COMPARISONS) {
      times.answered('comparison', 0, 400_000)
    }

    expect(times.due).toBe(400_000)
  })

  it('is again, less and less often, if the roster could not be had', () => {
    const gaps: number[] = []
    let now = 0

    times.wantRoster(0)

    for (let round = 0; round < 9; round++) {
      times.take(now)
      times.failed('roster', now, INTERVAL)
      gaps.push(times.due - now)
      now = times.due
    }

    expect(gaps.slice(0, 3)).toEqual([ASK_RETRY_DELAY, 2 * ASK_RETRY_DELAY, 4 * ASK_RETRY_DELAY])
    expect(gaps.at(-1)).toBe(MAX_ASK_RETRY_DELAY)
  })

  it('is at the usual time again if a comparison failed', () => {
    times.answered('roster', 0, INTERVAL)
    times.take(times.due)
    times.failed('comparison', 5_000, INTERVAL)

    expect(times.due).toBe(5_000 + COMPARISONS[1])
  })

  it('is sooner when one more neighbour was met, and not later than it would have been', () => {
    times.answered('roster', 0, INTERVAL)
    times.met(0)

    expect(times.due).toBe(Math.min(COMPARISONS[0], MEETING_COMPARISON_DELAY))

    for (const _ of COMPARISONS) {
      times.answered('comparison', 0, INTERVAL)
    }

    times.met(1_000)

    expect(times.due).toBe(1_000 + MEETING_COMPARISON_DELAY)
  })

  it('is for the whole roster if that was wanted while another question was under way', () => {
    times.answered('roster', 0, INTERVAL)
    times.take(times.due)
    times.wantRoster(7_000)
    times.answered('comparison', 6_000, INTERVAL)

    expect(times.take(7_000)).toBe('roster')
  })

  it('is spread by lot', () => {
    const early = new ComparisonTimes(() => 0)
    const late = new ComparisonTimes(() => 0.999)

    for (const one of [early, late]) {
      one.start()
      one.answered('roster', 0, INTERVAL)
    }

    expect(early.due).toBeLessThan(COMPARISONS[0])
    expect(late.due).toBeGreaterThan(COMPARISONS[0])
  })
})
