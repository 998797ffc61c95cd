import { OrderedProcess } from '../processes/ordered-process.ts'
import type { PlantedFault, SimulationOrders } from './messages.ts'
import type { Script } from './script.ts'
import type { ScriptBounds } from './scripts.ts'
import type { Verdict } from './verdict.ts'

const SCRIPT = new URL('simulation-process.ts', import.meta.url)

/** The sources are run as they are, and what is generated of them has namespaces. */
const FLAGS = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning']

export interface SimulationInit extends ScriptBounds {
  /** The first seed. */
  readonly seed: number
  /** How many seeds, one after the other. */
  readonly runs: number
  /** Processes that share them. */
  readonly processes: number
  /** What is planted in the sources that are simulated. */
  readonly planted?: PlantedFault
}

/** A seed whose script broke a rule. */
export interface Finding {
  readonly seed: number
  readonly verdict: Verdict
}

/** What came of many seeds. */
export interface Tally {
  seeds: number
  invitations: number
  /** Virtual time, milliseconds. */
  time: number
  /** How often an invitation ended in each way at its caller. */
  readonly ends: Map<string, number>
  readonly findings: Finding[]
}

/** Plays the scripts of many seeds, shared among processes, each of which has a clock of its own. */
export class Simulation implements Disposable {
  readonly #init: SimulationInit
  readonly #processes: ReadonlyArray<OrderedProcess<SimulationOrders, never>>
  readonly #tally: Tally = { seeds: 0, invitations: 0, time: 0, ends: new Map(), findings: [] }
  #next: number

  constructor (init: SimulationInit) {
    this.#init = init
    this.#next = init.seed
    this.#processes = Array.from({ length: init.processes }, () => new OrderedProcess<SimulationOrders, never>(SCRIPT, FLAGS))
  }

  /**
   * Plays them all.
   *
   * @param progress - called after each seed; false ends it early
   */
  async run (progress: (tally: Tally) => boolean): Promise<Tally> {
    await this.#plant()
    await Promise.all(this.#processes.map(async (worker) => { await this.#keepBusy(worker, progress) }))

    return this.#tally
  }

  /** Plays one script. */
  async play (script: Script): Promise<Verdict> {
    await this.#plant()

    return await this.#first.ask('play', script)
  }

  /** Finds a smaller script on which the first rule is broken that the seed's script breaks. */
  async shrink ({ seed, verdict }: Finding): Promise<Script> {
    const [first] = verdict.violations

    return await this.#first.ask('shrink', { seed, bounds: this.#init, rule: first!.rule })
  }

  [Symbol.dispose] (): void {
    for (const worker of this.#processes) {
      worker.kill()
    }
  }

  get #first (): OrderedProcess<SimulationOrders, never> {
    return this.#processes[0]!
  }

  async #plant (): Promise<void> {
    const { planted } = this.#init

    if (planted != null) {
      await Promise.all(this.#processes.map(async (worker) => { await worker.ask('plant', planted) }))
    }
  }

  async #keepBusy (worker: OrderedProcess<SimulationOrders, never>, progress: (tally: Tally) => boolean): Promise<void> {
    const { seed: first, runs, peers, invitations } = this.#init
    let goesOn = true

    while (goesOn && this.#next < first + runs) {
      const seed = this.#next++

      this.#count(seed, await worker.ask('seed', { seed, bounds: { peers, invitations } }))
      goesOn = progress(this.#tally)
    }
  }

  #count (seed: number, verdict: Verdict): void {
    const tally = this.#tally

    tally.seeds++
    tally.invitations += verdict.invitations
    tally.time += verdict.time

    for (const [end, count] of Object.entries(verdict.ends)) {
      tally.ends.set(end, (tally.ends.get(end) ?? 0) + count)
    }

    if (verdict.violations.length > 0) {
      tally.findings.push({ seed, verdict })
    }
  }
}
