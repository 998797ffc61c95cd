import type { SerializedError } from 'vitest'
import { fitForBrowsers } from './browser/fit-for-browsers.ts'
import { missingPrograms } from './browser/programs.ts'
import type { Reporter, TestModule, Vitest } from 'vitest/node'

/**
 * Ends a run with one line that any machine can read: `N passed, N failed`, and how many were skipped if any were. Where a browser
 * is not installed it says at the start and at the end of the run what was not tested, and counts that as skipped.
 */
export default class ClosingLine implements Reporter {
  readonly #missing = missingPrograms()
  #root = '.'

  onInit ({ config }: Vitest): void {
    this.#root = config.root
    this.#tellOfMissing('will not be run')
  }

  onTestRunEnd (modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const tests = modules.flatMap(module => [...module.children.allTests()])
    const count = (state: string): number => tests.filter(test => test.result().state === state).length
    const broken = modules.filter(module => module.state() === 'failed' && [...module.children.allTests('failed')].length === 0).length
    const skipped = count('skipped') + this.#missingInChromium(modules)

    this.#tellOfMissing('were not run')
    console.log(`${count('passed')} passed, ${count('failed') + broken + errors.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  }

  /** How many of the tests that ran in Node would have run in Chromium, too. */
  #missingInChromium (modules: readonly TestModule[]): number {
    if (!this.#missing.includes('chromium without a window')) {
      return 0
    }

    const fit = new Set(fitForBrowsers(this.#root).fit)

    return modules.filter(({ relativeModuleId }) => fit.has(relativeModuleId)).reduce((sum, { children }) => sum + [...children.allTests()].length, 0)
  }

  #tellOfMissing (verb: string): void {
    if (this.#missing.length > 0) {
      console.log(`\n${'*'.repeat(80)}\nNOT INSTALLED: ${this.#missing.join(', ')}. The tests that need ${this.#missing.length > 1 ? 'them' : 'it'} ${verb}.`)
      console.log(`On Debian: apt-get install chromium chromium-headless-shell firefox-esr xvfb iproute2. Or say where they are: CHROMIUM_PATH, CHROMIUM_HEADLESS_SHELL_PATH, FIREFOX_PATH, XVFB_PATH, IP_PATH.\n${'*'.repeat(80)}\n`)
    }
  }
}
