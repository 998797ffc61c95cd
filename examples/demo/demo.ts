/**
 * Four peers in four processes, on websockets, noise and yamux, with no server: they know one address and each other's
 * names. This process tells the story: what the users do, and what must come of it. It ends with exit code 0 only if all
 * of that came, and leaves no process behind, however it ends.
 */
import { constants } from 'node:os'
import { assemble } from './cast.ts'
import { Narrator } from './narrator.ts'
import { allMeet, calls, goodbye } from './steps.ts'
import { Story } from './story.ts'
import type { Cast } from './cast.ts'

/** The longest that it may take, milliseconds. It takes about 35 s. */
const STORY_TIME = 75_000

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // an exit takes the peers' processes along; a signal alone does not
  process.once(signal, () => { process.exit(128 + constants.signals[signal]) })
}

const narrator = new Narrator()
const story = new Story(narrator)
let cast: Cast | undefined

narrator.say('Four peers in four processes, no server. They know one address, Ada\'s, and each other\'s names.')

await story.step({
  title: 'Everyone finds everyone',
  expected: 'each of the four sees the three others',
  async run () {
    cast = await assemble({
      signal: AbortSignal.timeout(STORY_TIME),
      onReport: (name, report) => { narrator.event(name, report) }
    })
    await allMeet(cast)
  }
})

if (cast != null) {
  for (const step of calls(cast, narrator)) {
    await story.step(step)
  }

  await story.over()
  await story.step(goodbye(cast))
  cast.proxy.close()
}

await story.over()
narrator.ending(story.count, story.failed)
// whatever is still there after a failure is taken along
process.exit(story.failed.length === 0 ? 0 : 1)
