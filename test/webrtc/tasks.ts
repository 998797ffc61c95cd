import { turn } from '../environment/event-loop.ts'

/**
 * Tasks that are done in an order that is drawn by lot: those of one queue one after another, and of several queues any. Between
 * two tasks, all that waits on promises goes on.
 */
export class Tasks {
  readonly #random: () => number
  readonly #queues = new Map<string, Array<() => void>>()

  constructor (random: () => number) {
    this.#random = random
  }

  queue (queue: string, task: () => void): void {
    this.#queues.set(queue, [...this.#queues.get(queue) ?? [], task])
  }

  /** Resolves when its turn in the queue comes. */
  async next (queue: string): Promise<void> {
    await new Promise<void>(resolve => { this.queue(queue, resolve) })
  }

  /**
   * Does all that there is to do, also what comes of it.
   *
   * @param others - what may be done beside the tasks now
   */
  async run (others: () => Array<() => void> = () => []): Promise<void> {
    await turn()

    for (let choices = this.#choices(others); choices.length > 0; choices = this.#choices(others)) {
      choices[Math.floor(this.#random() * choices.length)]?.()
      await turn()
    }
  }

  #choices (others: () => Array<() => void>): Array<() => void> {
    const queues = [...this.#queues.values()].filter(queue => queue.length > 0)

    return [...queues.map(queue => () => { queue.shift()?.() }), ...others()]
  }
}
