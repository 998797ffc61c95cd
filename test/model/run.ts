import { parseArgs } from 'node:util'
import { exploreScenarios } from './explorer.ts'
import { describeBounds, describeViolation } from './report.ts'
import { DEEP_SCENARIOS, SCENARIOS } from './scenarios.ts'

const { values: { deep } } = parseArgs({ options: { deep: { type: 'boolean', default: false } } })
const start = performance.now()
let states = 0
let steps = 0
let isBroken = false

await exploreScenarios(deep ? [...DEEP_SCENARIOS, ...SCENARIOS] : SCENARIOS, ({ name, bounds, why }, result) => {
  states += result.states
  steps += result.steps
  isBroken ||= result.violation != null
  console.log(`${name}: ${why}\n  ${describeBounds(bounds)}`)
  console.log(`  ${result.states.toLocaleString('en')} states, ${result.steps.toLocaleString('en')} steps, ${result.seconds.toFixed(1)} s`)

  if (result.violation != null) {
    console.log(describeViolation(result.violation))
  }
})

const seconds = (performance.now() - start) / 1_000

console.log(`${states.toLocaleString('en')} states, distinct in each scenario, ${steps.toLocaleString('en')} steps, ${seconds.toFixed(1)} s in all`)
console.log(isBroken ? 'AN INVARIANT IS BROKEN' : 'every invariant holds in every state')
process.exitCode = isBroken ? 1 : 0
