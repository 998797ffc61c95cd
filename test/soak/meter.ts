import { setImmediate as turn } from 'node:timers/promises'
import { countListeners } from './listener-count.ts'
import { TimerCount } from './timer-count.ts'
import type { Connection } from '@libp2p/interface'
import type { Sample } from './soak-messages.ts'

/** Garbage collections before a sample: what one sets free by way of a finalizer or a weak reference is for the next to take. */
const COLLECTIONS = 3

/** What this process holds. One for a process, made before whatever is to be measured starts. */
export class Meter {
  readonly #timers = new TimerCount()

  constructor () {
    this.#timers.install()
  }

  /**
   * Node must run with `--expose-gc`.
   *
   * @param own - other counts, by their names
   */
  async sample (connections: readonly Connection[], own: Readonly<Record<string, number>>): Promise<Sample> {
    for (let i = 0; i < COLLECTIONS; i++) {
      await turn()
      globalThis.gc?.()
    }

    const listeners = countListeners()
    const { heapUsed, arrayBuffers, external, rss } = process.memoryUsage()

    return {
      heap: heapUsed + arrayBuffers,
      external,
      rss,
      counts: {
        ...own,
        connections: connections.length,
        ...named('timers', this.#timers.running),
        ...named('streams', countOf(connections.flatMap(({ streams }) => streams).map(({ protocol }) => protocol))),
        listeners,
        ...named('resources', countOf(process.getActiveResourcesInfo()))
      }
    }
  }
}

const named = (what: string, counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${what}: ${name}`, count]))

const countOf = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(names, name => name)].map(([name, { length }]) => [name, length]))
