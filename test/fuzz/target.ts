/** Takes one input, and says what came of it: what was read, or the name of the error that refused it. What it throws is a finding. */
export type Feed = (input: Uint8Array) => string | Promise<string>

/** What the inputs of a target are made of, which decides how they are changed. */
export type InputForm = 'frames' | 'fields' | 'bytes'

/** Something that reads what strangers send. */
export interface Target {
  /** Of letters and -; its folder in `corpus` is called so. */
  readonly name: string
  readonly form: InputForm
  /** How much of all inputs is for it: the share of the slowest is 1. */
  readonly share: number
  /** Longest input, bytes: somewhat more than what is read of it. */
  readonly maxBytes: number
  /** What it begins with: the golden vectors, where it has some. */
  readonly seeds: readonly Uint8Array[]
  start(): Feed | Promise<Feed>
}
