import { Browsers } from './browsers.ts'
import { startRelay } from './relay.ts'
import type { TestContext } from 'vitest'
import type { Relay } from '../../src/relay/index.ts'

export interface Scene {
  /** Opens pages in real browsers. */
  readonly browsers: Browsers
  /** A relay on a port of this machine. It stands until all pages are closed. */
  readonly relay: Relay
}

/** What a test with real browsers needs, until it is finished: see `openBrowsers`. */
export async function startScene (context: TestContext): Promise<Scene> {
  const relay = await startRelay()

  // what is begun last is ended first
  context.onTestFinished(async () => { await relay.stop() })

  return { browsers: openBrowsers(context), relay }
}

/**
 * Real browsers for a test, until it is finished. The test is skipped where a browser that it opens is not installed, and the end of
 * the run says so. It fails if any page complained; if it fails, pictures of the pages are in `node_modules/.pictures`.
 */
export function openBrowsers ({ task, skip, onTestFinished }: TestContext): Browsers {
  const browsers = new Browsers(program => skip(`there is no ${program} here`))

  onTestFinished(async () => {
    if (task.result?.state === 'fail') {
      await browsers.takePictures(task.name)
    }

    await browsers[Symbol.asyncDispose]()

    if (browsers.complaints.length > 0) {
      throw new Error(`a page complained: ${browsers.complaints.join('; ')}`)
    }
  })

  return browsers
}
