import { Invariants } from './invariants.ts'
import type { Machines } from './machines.ts'
import { Runs } from './runs.ts'
import { Worlds } from './world.ts'
import type { Bounds, World } from './world.ts'

export interface Violation {
  readonly broken: string
  /** The shortest way there. */
  readonly trace: readonly string[]
}

export interface Exploration {
  /** Distinct states of the world that were reached and checked. */
  readonly states: number
  /** Steps between them that were taken and checked. */
  readonly steps: number
  readonly violation: Violation | undefined
}

/**
 * Visits every state that can be reached within the bounds, nearest first, so that the first violation is a shortest one;
 * then checks that no run can go on for ever.
 */
export function explore (machines: Machines, bounds: Bounds): Exploration {
  const worlds = new Worlds(machines, bounds)
  const invariants = new Invariants(worlds, machines, bounds)
  const start = worlds.start()
  let states = worlds.numberOf(start) + 1
  const runs = new Runs()
  let frontier: World[] = [start]
  let next: World[] = []
  let violation: Violation | undefined

  const visit = (action: string, world: World, brokenByStep?: string): void => {
    const number = worlds.numberOf(world)
    let broken = brokenByStep

    if (number === states) {
      states++
      next.push(world)
      broken ??= invariants.check(world)
    }

    runs.step(action, number)

    if (broken != null) {
      violation ??= { broken, trace: runs.lastTrace() }
    }
  }

  while (frontier.length > 0) {
    for (const world of frontier) {
      worlds.successors(world, visit)
      runs.allStepsTaken()

      if (violation != null) {
        return { states, steps: runs.steps, violation }
      }
    }

    frontier = next
    next = []
  }

  return { states, steps: runs.steps, violation: runs.endless() }
}
