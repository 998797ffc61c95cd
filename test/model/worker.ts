import { parentPort, workerData } from 'node:worker_threads'
import { explore } from './explore.ts'
import type { Exploration } from './explore.ts'
import { loadMachines } from './machines.ts'
import type { Bounds } from './world.ts'

/** What a worker is given. */
export interface Task {
  /** The `src` folder that the machines are loaded from. */
  readonly source: string
  readonly bounds: Bounds
}

/** What it gives back. */
export interface Result extends Exploration {
  readonly seconds: number
}

const { source, bounds } = workerData as Task
const machines = await loadMachines(new URL(source))
const start = performance.now()
const exploration = explore(machines, bounds)
const result: Result = { ...exploration, seconds: (performance.now() - start) / 1_000 }

parentPort?.postMessage(result, [])
