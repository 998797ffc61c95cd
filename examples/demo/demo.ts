/**
 * Four peers in four processes, on websockets, noise and yamux, with no server: they know one address and each other's
 * names. And two more behind two relays. This process tells the story: what the users do, and what must come of it. It ends with exit code 0 only if all
 * of that came, and leaves no process behind, however it ends.
 */
import { constants } from 'node:os'
import { assemble, assembleBehindRelays } from './cast.ts'
import { Narrator } from './narrator.ts'
import { allMeet, behindRelays, calls, goodbye } from './steps.ts'
import { Story } from './story.ts'
import type { Cast } from './cast.ts'
import type { Report } from './messages.ts'

/** The longest that it may take, milliseconds. It takes about 40 s. */
const STORY_TIME = 90_000

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // an exit takes the peers' processes along; a signal alone does not
  process.once(signal, () => { process.exit(128 + constants.signals[signal]) })
}

const narrator = new Narrator()
const story = new Story(narrator)
const init = {
  signal: AbortSignal.timeout(STORY_TIME),
  onReport: (name: string, report: Report) => { narrator.event(name, report) }
}
let cast: Cast | undefined

narrator.say('Four peers in four processes, no server. They know one address, Ada\'s, and each other\'s names.')

await story.step({
  title: 'Everyone finds everyone',
  expected: 'each of the four sees the three others',
  async run () {
    cast = await assemble(init)
    await allMeet(cast)
  }
})

if (cast != null) {
  for (const step of calls(cast, narrator)) {
    await story.step(step)
  }

  await story.step(behindRelays(async () => assembleBehindRelays(init), narrator))
  await story.over()
  await story.step(goodbye(cast))
  cast.proxy.close()
}

await story.over()
narrator.ending(story.count, story.failed)
// whatever is still there after a failure is taken along
process.exit(story.failed.length === 0 ? 0 : 1)
