/**
 * Runs the tests: `npm test`. Those that wait for minutes, and do next to nothing meanwhile, run beside all others in a process of their
 * own, so that nobody waits for them; what they print comes in the end. Its last line counts the tests of both.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What `closing-line.ts` ends a run with. */
const CLOSING_LINE = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/

interface Count {
  passed: number
  failed: number
  skipped: number
}

interface Ended {
  readonly count: Count
  readonly isSuccess: boolean
}

const waiting: string[] = []
const [main, beside] = await Promise.all([
  run('!waiting', (line) => { console.log(line) }),
  run('waiting', (line) => { waiting.push(line) })
])

console.log(waiting.join('\n'))

const [passed, failed, skipped] = (['passed', 'failed', 'skipped'] as const).map(kind => main.count[kind] + beside.count[kind])

console.log(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`)
process.exitCode = main.isSuccess && beside.isSuccess ? 0 : 1

/** Runs vitest for a project. A run that does not come to its closing line counts as one that failed. */
async function run (project: string, print: (line: string) => void): Promise<Ended> {
  const child = spawn('vitest', ['run', '--project', project], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env
  })
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  let count: Count | undefined

  for await (const line of createInterface({ input: child.stdout })) {
    const [, ...counts] = CLOSING_LINE.exec(line) ?? []

    if (counts.length === 0) {
      print(line)
    } else {
      const [ofPassed = 0, ofFailed = 0, ofSkipped = 0] = counts.map(Number)

      count = { passed: ofPassed, failed: ofFailed, skipped: ofSkipped || 0 }
    }
  }

  return { count: count ?? { passed: 0, failed: 1, skipped: 0 }, isSuccess: await exited === 0 && count != null }
}
