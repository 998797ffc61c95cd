import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const spec = await readFile(new URL('SPEC.md', root), 'utf8')
const [, threats = ''] = spec.split(/^## Threats$/m)

/** The rows of the table, without its head: what is threatened, what stands against it, and what shows that. */
const rows = threats.split('\n').filter(line => line.startsWith('| ')).slice(2).map(line => line.slice(2, -2).split(' | '))

/** A test as the table names it: a link whose text is its address, and its sentence. */
const NAMED = /^\[`(?<path>[^`]+)`\]\((?<address>[^)]+)\): (?<sentence>.+)$/

describe('the threats in SPEC.md', () => {
  it('are more than a few, each with what stands against it and one test', () => {
    expect(rows.length).toBeGreaterThan(30)

    for (const row of rows) {
      expect(row).toEqual([expect.stringMatching(/./), expect.stringMatching(/./), expect.stringMatching(NAMED)])
    }
  })

  it.each(rows)('are shown to be withstood by a test that there is: %s', async (_threat, _answer, named = '') => {
    const { path = '', address, sentence = '' } = NAMED.exec(named)?.groups ?? {}
    const source = await readFile(new URL(path, root), 'utf8')

    expect(address).toBe(path)
    // as it stands there between its quotes
    expect(source).toContain(`'${sentence.replaceAll("'", "\\'")}'`)
  })
})
