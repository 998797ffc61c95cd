import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

/** Where the files are that take tens of seconds, the longest first: one that works beside one that waits. */
const LONG = [
  'test/browser/hidden-tab',
  'test/swarm/memory',
  'test/browser/call-without-relay',
  'test/presence/simulation/sleeping',
  'test/relay/abuse',
  'test/model/',
  'test/processes/cuts',
  'test/simulation/',
  'test/browser/',
  'test/swarm/',
  'test/relay/',
  'test/processes/',
  'test/presence/simulation/'
]

/** Begins with the files that take longest: one of minutes that comes last would have the whole run wait for it alone. Those that share a process come last, and one after the other. */
export default class LongestFirst extends BaseSequencer {
  override async sort (files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => rank(one) - rank(other))
  }
}

function rank ({ moduleId, project }: TestSpecification): number {
  const found = LONG.findIndex(folder => moduleId.includes(folder))

  return found !== -1 && project.config.isolate ? found : LONG.length + Number(!project.config.isolate)
}
