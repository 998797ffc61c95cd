import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { createSwarm } from '../../src/swarm/index.ts'
import { eventfulRun } from './eventful-run.ts'

async function runApart (seed: number): Promise<string> {
  const { stdout } = await promisify(execFile)('node', ['--no-warnings', fileURLToPath(new URL('eventful-run-process.ts', import.meta.url)), `${seed}`])

  return stdout
}

it('a run is the same in processes of their own', async () => {
  const first = await runApart(3)

  expect(await runApart(3)).toBe(first)
  expect(await eventfulRun(createSwarm, 3)).toBe(first)
})
