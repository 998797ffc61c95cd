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

/** Shared memory, of which tests make bytes, is otherwise for pages only that say that they are isolated from all others. */
const SHARED_MEMORY = '--enable-features=SharedArrayBuffer'

const chromium = pathOf('chromium without a window')
const { fit, packages } = fitForBrowsers(fileURLToPath(new URL('.', import.meta.url)))

/** They run in browsers alone. */
const BROWSER_ONLY = '**/*.browser.test.ts'

/** Whatever can run in a browser runs in Chromium, after it ran in Node: both at once would only wait for each other. */
const chromiumProject = (executablePath: string): TestProjectInlineConfiguration => ({
  extends: true,
  // known before any test runs: to find one of them in the middle of a run would load all pages anew
  optimizeDeps: { include: [...packages] },
  test: {
    name: 'chromium',
    include: [...fit],
    isolate: false,
    maxWorkers: 3,
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
    // two cores, and every third file waits for browsers and other processes more than it works
    maxWorkers: 3,
    reporters: ['default', './test/closing-line.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      // what can run in a page with others need not have a process of its own here: to start one and import libp2p is a quarter of the work
      { extends: true, test: { name: 'node', include: [...fit], exclude: [BROWSER_ONLY], isolate: false } },
      { extends: true, test: { name: 'node, alone', include: ['test/**/*.test.ts'], exclude: [BROWSER_ONLY, ...fit] } },
      ...chromium == null ? [] : [chromiumProject(chromium)]
    ]
  }
})
