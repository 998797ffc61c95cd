import { describe, expect, it } from 'vitest'
import { exploreInWorker, exploreScenarios } from './explorer.ts'
import { FAULTS } from './faults.ts'
import { withFault } from './faulty-source.ts'
import { describeViolation } from './report.ts'
import { SCENARIOS } from './scenarios.ts'

/** Milliseconds; minutes on a busy machine. */
const TIMEOUT = 900_000

describe('the machines that ship', () => {
  it('keep every invariant in every state that can be reached, in at least a million of them', async () => {
    const violations: string[] = []
    let states = 0

    await exploreScenarios(SCENARIOS, ({ name }, result) => {
      states += result.states

      if (result.violation != null) {
        violations.push(`${name}\n${describeViolation(result.violation)}`)
      }
    })

    console.log(`${states.toLocaleString('en')} states, distinct in each of ${SCENARIOS.length} scenarios`)
    expect(violations).toEqual([])
    expect(states).toBeGreaterThanOrEqual(1_000_000)
  }, TIMEOUT)
})

describe('the exploration finds it when', () => {
  it.each(FAULTS)('$name', async fault => {
    const { states, violation } = await withFault(fault, source => exploreInWorker(source, fault.bounds))

    expect(violation, `not found in ${states} states`).toBeDefined()
    console.log(`${fault.name}\n  found: ${violation?.broken}, in ${violation?.trace.length} steps`)
  }, TIMEOUT)
})
