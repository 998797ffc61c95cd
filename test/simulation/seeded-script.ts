import * as fc from 'fast-check'
import { scripts } from './scripts.ts'
import { judge } from './verdict.ts'
import type { Script } from './script.ts'
import type { ScriptBounds } from './scripts.ts'

/** One script for one seed: what was found with it is shrunk from it. */
const ONE = { numRuns: 1, unbiased: true } as const

/** Scripts that are tried to make one smaller, at most. */
const MOST_TRIES = 400

/** The script of a seed. */
export function scriptOf (seed: number, bounds: ScriptBounds): Script {
  return fc.sample(scripts(bounds), { ...ONE, seed })[0]!
}

/** The smallest script that could be found from a seed's on which a rule is broken, as it is on that one. */
export async function shrink (seed: number, bounds: ScriptBounds, rule: string): Promise<Script> {
  let tries = 0
  let smallest = scriptOf(seed, bounds)

  // fast-check's own limits on time would follow the virtual clock of the swarms
  await fc.check(fc.asyncProperty(scripts(bounds), async (script) => {
    if (++tries > MOST_TRIES) {
      return true
    }

    const isBroken = (await judge(script)).violations.some(violation => violation.rule === rule)

    if (isBroken) {
      smallest = script
    }

    return !isBroken
  }), { ...ONE, seed })

  return smallest
}
