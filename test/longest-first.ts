import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/** Where the files are that take tens of seconds, the longest first. */
const LONG = ['test/swarm/memory', 'test/relay/abuse', 'test/model/', 'test/presence/simulation/sleeping', 'test/swarm/', 'test/relay/', 'test/processes/', 'test/simulation/', 'test/presence/simulation/', 'test/browser/']

/** Begins with the files that take longest: one of minutes that comes last would have the whole run wait for it alone. */
export default class LongestFirst extends BaseSequencer {
  override async sort (files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => rank(one) - rank(other))
  }
}

function rank ({ moduleId }: TestSpecification): number {
  const found = LONG.findIndex(folder => moduleId.includes(folder))

  return found === -1 ? LONG.length : found
}
