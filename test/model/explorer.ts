import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Scenario } from './scenarios.ts'
import type { Result, Task } from './worker.ts'
import type { Bounds } from './world.ts'

/** The `src` folder that ships. */
export const SOURCE: URL = new URL('../../src/', import.meta.url)

/** How many explorations run at once. */
const WORKERS = 2

/** Most memory of a worker, MB; the tables in flat memory are not counted. */
const MAX_HEAP = 3_000

/** Explores in a thread of its own, which loads the machines anew. */
export async function exploreInWorker (source: URL, bounds: Bounds): Promise<Result> {
  const task: Task = { source: source.href, bounds }
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: task,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP }
  })

  try {
    const [result] = await once(worker, 'message') as [Result]

    return result
  } finally {
    await worker.terminate()
  }
}

/** Explores the scenarios in their order, as many at once as there are workers. */
export async function exploreScenarios (scenarios: readonly Scenario[], explored: (scenario: Scenario, result: Result) => void): Promise<void> {
  const waiting = scenarios.values()
  const work = async (): Promise<void> => {
    for (const scenario of waiting) {
      explored(scenario, await exploreInWorker(SOURCE, scenario.bounds))
    }
  }

  await Promise.all(Array.from({ length: WORKERS }, work))
}
