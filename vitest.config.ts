import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { CHROMIUM_ARGUMENTS } from './test/browser/chromium-arguments.ts'
import { fitForBrowsers } from './test/browser/fit-for-browsers.ts'
import { missingPrograms, pathOf } from './test/browser/programs.ts'
import LongestFirst from './test/longest-first.ts'
import type { TestProjectInlineConfiguration } from 'vitest/config'

const missing = missingPrograms()

if (process.env['CI'] === 'true' && missing.length > 0) {
  throw new Error(`not installed, and needed by the tests: ${missing.join(', ')}`)
}

/** What `npm run test:long` runs, and `npm test` does not: a quarter of an hour is all that may take, and these take minutes of it. */
const LONG = ['hidden-tab', 'call-without-relay', 'call-firefox', 'call-network', 'call-node'].map(name => `test/browser/${name}.test.ts`)

/** Shared memory, of which tests make bytes, is otherwise for pages only that say that they are isolated from all others. */
const SHARED_MEMORY = '--enable-features=SharedArrayBuffer'

const chromium = pathOf('chromium')
const { fit, packages } = fitForBrowsers(fileURLToPath(new URL('.', import.meta.url)))

/** Whatever can run in a browser runs in Chromium, after it ran in Node: both at once would only wait for each other. */
const chromiumProject = (executablePath: string): TestProjectInlineConfiguration => ({
  extends: true,
  // known before any test runs: to find one of them in the middle of a run would load all pages anew
  optimizeDeps: { include: [...packages] },
  test: {
    name: 'chromium',
    include: [...fit],
    sequence: { groupOrder: 1 },
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath, args: [...CHROMIUM_ARGUMENTS, SHARED_MEMORY] } }),
      instances: [{ browser: 'chromium' }]
    }
  }
})

export default defineConfig({
  test: {
    // two cores, and files that start processes of their own: more at once would only wait for each other
    maxWorkers: 2,
    reporters: ['default', './test/closing-line.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'node', include: ['test/**/*.test.ts'], exclude: ['**/*.browser.test.ts', ...LONG], sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'long', include: [...LONG], sequence: { groupOrder: 2 } } },
      ...chromium == null ? [] : [chromiumProject(chromium)]
    ]
  }
})
