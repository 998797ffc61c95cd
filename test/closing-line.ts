import type { SerializedError } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with one line that any machine can read: `N passed, N failed`, and how many were skipped if any were. */
export default class ClosingLine implements Reporter {
  onTestRunEnd (modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const tests = modules.flatMap(module => [...module.children.allTests()])
    const count = (state: string): number => tests.filter(test => test.result().state === state).length
    const broken = modules.filter(module => module.state() === 'failed' && [...module.children.allTests('failed')].length === 0).length
    const skipped = count('skipped')

    console.log(`${count('passed')} passed, ${count('failed') + broken + errors.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  }
}
