import { channelOf } from './narrator.ts'
import type { Narrator } from './narrator.ts'

/** What one step of the story is given. */
export interface StepContext {
  /** The name of the step: its invitations carry it, so that they are told apart. */
  readonly channelId: string
  /** Lets the next steps begin while this one waits for something. */
  readonly stepAside: () => void
}

export interface Step {
  readonly title: string
  /** What must come of it, for the reader. */
  readonly expected: string
  /** Rejects if something else came of it. */
  run(context: StepContext): Promise<void>
}

/** Runs steps one after the other, but for those that step aside. Once one has failed, no other begins. */
export class Story {
  readonly #narrator: Narrator
  readonly #running = new Map<number, { readonly title: string, readonly run: Promise<void> }>()
  /** The steps that failed, by number and title. */
  readonly failed: string[] = []
  /** How many steps were begun. */
  count = 0

  constructor (narrator: Narrator) {
    this.#narrator = narrator
  }

  /** Resolves when the step is over, or has stepped aside. */
  async step (step: Step): Promise<void> {
    if (this.failed.length > 0) {
      return
    }

    const number = ++this.count
    const { promise, resolve } = Promise.withResolvers<void>()

    this.#narrator.headline(number, step.title)

    const run = this.#run(step, number, resolve)

    this.#running.set(number, { title: step.title, run })
    await Promise.race([run, promise])
  }

  /** Takes up what stepped aside, and resolves when it is over, or a step has failed. */
  async over (): Promise<void> {
    for (const [number, { title, run }] of this.#running) {
      if (this.failed.length > 0) {
        return
      }

      this.#narrator.headline(number, `${title} (continued)`)
      await run
    }
  }

  async #run (step: Step, number: number, stepAside: () => void): Promise<void> {
    try {
      await step.run({ channelId: channelOf(number), stepAside })
      this.#narrator.success(number, step.expected)
    } catch (thrown) {
      this.failed.push(`step ${number}, ${step.title}`)
      this.#narrator.failure(number, step.expected, thrown instanceof Error ? thrown : new Error(String(thrown)))
    }

    this.#running.delete(number)
  }
}
