import { Mutator } from './mutator.ts'
import { Lots } from './lots.ts'
import { refusalIn } from './outcome.ts'
import { InputTooSlowError } from './errors.ts'
import { Watch } from './watch.ts'
import { BATCH } from './constants.ts'
import type { Coverage } from './coverage.ts'
import type { Feed, Target } from './target.ts'

export interface FuzzerInit {
  readonly target: Pick<Target, 'form' | 'maxBytes' | 'seeds'>
  readonly feed: Feed
  /** Inputs to begin with, beside the seeds of the target. */
  readonly corpus: readonly Uint8Array[]
  readonly seed: number
  /** By which it is led; without it only new outcomes lead it. */
  readonly coverage?: Coverage
  /** Called with each input before it is read. */
  readonly onInput?: (input: Uint8Array) => void
}

/** An input that was not read as it should have been. */
export interface Finding {
  readonly input: Uint8Array
  readonly error: Error
}

/**
 * Feeds one target. What comes of an input that never came before, or ran what never ran before, is kept, and further inputs are
 * made of it.
 */
export class Fuzzer {
  readonly watch: Watch = new Watch()
  /** How often each error refused an input, by its name. */
  readonly refusals: Map<string, number> = new Map()
  inputs = 0
  readonly #init: FuzzerInit
  readonly #mutator: Mutator
  readonly #population: Uint8Array[]
  readonly #outcomes = new Set<string>()
  #finding: Finding | undefined

  constructor (init: FuzzerInit) {
    this.#init = init
    this.#mutator = new Mutator(init.target, new Lots(init.seed))
    this.#population = [...init.target.seeds, ...init.corpus]
  }

  /** All inputs of which others are made: the seeds, the corpus, and what was found. */
  get population (): readonly Uint8Array[] {
    return this.#population
  }

  /** Reads what it begins with, then so many more. The first that is not read as it should be, if there is one; then it reads no further. */
  async run (inputs: number, onBatch: () => void = () => {}): Promise<Finding | undefined> {
    // most inputs end in an error, and to find out where each came from would take longer than all the rest
    using _ = withoutStacks()

    await this.#readAll([...this.#population])

    const { coverage } = this.#init

    coverage?.adopt(await coverage.take())

    for (const end = this.inputs + inputs; this.inputs < end && this.#finding == null;) {
      await this.#readBatch(Array.from({ length: Math.min(BATCH, end - this.inputs) }, () => this.#mutator.mutate(this.#population)))
      onBatch()
    }

    return this.#finding
  }

  /** Reads one input once more, by itself, so that its error says where it came from. */
  async explain ({ input, error }: Finding): Promise<Finding> {
    this.#finding = undefined
    await this.#read(input)

    // what depends on what came before does not come again
    return this.#finding ?? { input, error }
  }

  /** Of these inputs, as few as run and bring all that they do; small ones before large ones. */
  async minimized (inputs: readonly Uint8Array[], coverage: Coverage): Promise<Uint8Array[]> {
    const needed: Uint8Array[] = []

    this.#outcomes.clear()
    await coverage.take()

    for (const input of inputs.toSorted((a, b) => a.length - b.length)) {
      const outcomes = this.#outcomes.size

      await this.#read(input)

      const reached = await coverage.take()

      if (this.#outcomes.size > outcomes || coverage.isNews(reached)) {
        needed.push(input)
        coverage.adopt(reached)
      }
    }

    return needed
  }

  async #readBatch (inputs: readonly Uint8Array[]): Promise<void> {
    const { coverage } = this.#init

    await this.#readAll(inputs)

    if (coverage == null) {
      return
    }

    const reached = await coverage.take()

    if (coverage.isNews(reached)) {
      await this.#keepNews(inputs, coverage)
      coverage.adopt(reached)
    }
  }

  /** Reads them once more, half by half: V8 tells of all of a run together what it reached. */
  async #keepNews (inputs: readonly Uint8Array[], coverage: Coverage): Promise<void> {
    const middle = inputs.length >> 1

    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      for (const input of half) {
        await this.#read(input)
      }

      const reached = await coverage.take()

      if (coverage.isNews(reached)) {
        if (half.length === 1) {
          this.#population.push(...half)
          coverage.adopt(reached)
        } else {
          await this.#keepNews(half, coverage)
        }
      }
    }
  }

  async #readAll (inputs: readonly Uint8Array[]): Promise<void> {
    for (const input of inputs) {
      const outcome = await this.#read(input)

      if (this.#finding != null) {
        return
      }

      this.inputs++

      const refusal = refusalIn(outcome)

      if (refusal != null) {
        this.refusals.set(refusal, (this.refusals.get(refusal) ?? 0) + 1)
      }
    }
  }

  async #read (input: Uint8Array, isSecondTry: boolean = false): Promise<string> {
    const { feed, onInput } = this.#init

    onInput?.(input)

    try {
      this.watch.begin()

      const coming = feed(input)
      const outcome = typeof coming === 'string' ? coming : await coming

      this.watch.end()

      if (!this.#outcomes.has(outcome)) {
        this.#outcomes.add(outcome)

        if (!this.#population.includes(input)) {
          this.#population.push(input)
        }
      }

      return outcome
    } catch (thrown) {
      // a busy machine may have stood still meanwhile; what is slow is slow again
      if (thrown instanceof InputTooSlowError && !isSecondTry) {
        return await this.#read(input, true)
      }

      this.#finding ??= { input, error: thrown instanceof Error ? thrown : new Error('something was thrown that is no error', { cause: thrown }) }

      return ''
    }
  }
}

/** Errors have no stack, until it is disposed of. */
function withoutStacks (): Disposable {
  const { stackTraceLimit } = Error

  Error.stackTraceLimit = 0

  return { [Symbol.dispose]: () => { Error.stackTraceLimit = stackTraceLimit } }
}
