import type { FileCoverage } from './covered-lines.ts'

/** What the thread that reads is to do. */
export interface Orders {
  /** Of all targets together. */
  readonly inputs: number
  readonly seed: number
  /** The names of the targets, in turn. */
  readonly targets: readonly string[]
  /** Whether the corpus is replaced by what is needed of all that was found. */
  readonly keep: boolean
  /** Where the input is put that is being read: which it is, and its length, in four bytes each, and then it itself. */
  readonly current: SharedArrayBuffer
}

/** What came of one target. */
export interface TargetResult {
  readonly target: string
  readonly inputs: number
  /** How long it took, milliseconds. */
  readonly time: number
  readonly refusals: ReadonlyMap<string, number>
  /** How many inputs others were made of, in the end. */
  readonly population: number
  /** The slowest input, milliseconds. */
  readonly slowest: number
  /** The most by which memory grew with one input, bytes. */
  readonly largestGrowth: number
  /** What all inputs together left behind, bytes. */
  readonly leftBehind: number
  readonly finding?: { readonly input: Uint8Array, readonly error: string }
}

/** What the thread that reads tells. */
export type Message =
  | { readonly progress: { readonly target: string, readonly inputs: number } }
  | { readonly result: TargetResult }
  | { readonly coverage: readonly FileCoverage[] }
