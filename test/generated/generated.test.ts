import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { FOLDERS, codeOf, writeCode } from './generated-code.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('generated code', () => {
  it.each(Object.entries(FOLDERS))('is what is made of %s', async (description, folder) => {
    const made = await mkdtemp(join(tmpdir(), 'generated-'))

    try {
      const file = await writeCode(join(root, description), made)

      expect(await readFile(codeOf(description, join(root, folder)), 'utf8')).toBe(await readFile(file, 'utf8'))
    } finally {
      await rm(made, { recursive: true })
    }
  })
})
