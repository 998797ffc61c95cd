import type { Script } from './script.ts'
import type { ScriptBounds } from './scripts.ts'
import type { Verdict } from './verdict.ts'

/** What is asked of a process that plays scripts. */
export interface SimulationOrders {
  /** Plants a fault in the sources, before anything of them is loaded. */
  plant: { asks: PlantedFault, answers: undefined }
  /** Plays the script of a seed. */
  seed: { asks: { readonly seed: number, readonly bounds: ScriptBounds }, answers: Verdict }
  play: { asks: Script, answers: Verdict }
  /** Finds a smaller script than a seed's on which the same rule is broken. */
  shrink: { asks: { readonly seed: number, readonly bounds: ScriptBounds, readonly rule: string }, answers: Script }
}

/** A small deliberate fault in the sources that ship. */
export interface PlantedFault {
  /** Of the file with the script that finds it. */
  readonly name: string
  /** What goes wrong by it. */
  readonly sentence: string
  /** In `src`. */
  readonly file: string
  /** Stands there exactly once. */
  readonly find: string
  readonly replace: string
}
