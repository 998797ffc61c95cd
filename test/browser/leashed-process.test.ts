import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const LEASH = fileURLToPath(new URL('leashed-process.ts', import.meta.url))

/** A process that says its id, and would run for ever. */
const ENDLESS = 'console.log(process.pid); setInterval(() => {}, 1_000)'

function runs (pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('a leashed process ends when the process that started it is killed', async () => {
  const starter = `const { spawn } = require('node:child_process'); spawn(process.execPath, [${JSON.stringify(LEASH)}, process.execPath, '--eval', ${JSON.stringify(ENDLESS)}], { stdio: ['pipe', 'inherit', 'inherit'] })`
  const started = spawn(process.execPath, ['--eval', starter], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: started.stdout }), 'line')
  const pid = Number(line)

  expect(runs(pid)).toBe(true)
  started.kill('SIGKILL')
  await expect.poll(() => runs(pid), { timeout: 30_000 }).toBe(false)
})
