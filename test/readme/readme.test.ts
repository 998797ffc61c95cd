import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')

/** Every TypeScript block with what the block behind it says that it prints. */
const snippets = [...readme.matchAll(/```ts\n(?<code>.*?)```.*?```text\n(?<printed>.*?)```/gs)].map(({ groups }) => groups ?? {})

/** Runs a snippet as a user would: against the built package, with plain Node. */
async function run (code: string): Promise<string> {
  const { stdout } = await promisify(execFile)('node', ['--no-warnings', '--input-type=module-typescript', '--eval', code], { cwd: root })

  return stdout
}

describe('README', () => {
  it('has a block of what it prints behind every snippet', () => {
    expect(snippets).toHaveLength([...readme.matchAll(/```ts\n/g)].length)
    expect(snippets.length).toBeGreaterThan(1)
  })

  it.each(snippets)('prints what it says, snippet $#', async ({ code = '', printed = '' }) => {
    expect(await run(code)).toBe(printed)
  })
})
