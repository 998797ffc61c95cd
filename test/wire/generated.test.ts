import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from 'protons'
import { describe, expect, it } from 'vitest'

describe('the generated code that the codec is held against', () => {
  it('is what protons makes of message.proto', async () => {
    const output = await mkdtemp(join(tmpdir(), 'generated-'))

    try {
      await generate(fileURLToPath(new URL('../../src/wire/message.proto', import.meta.url)), { output })

      expect(await readFile(new URL('generated/message.ts', import.meta.url), 'utf8')).toBe(await readFile(join(output, 'message.ts'), 'utf8'))
    } finally {
      await rm(output, { recursive: true })
    }
  })
})
