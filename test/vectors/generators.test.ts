import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import * as exchange from './exchange-generator.ts'
import * as presence from './presence-generator.ts'

describe('the golden vectors', () => {
  it.each([
    ['presence.json', presence.serialised(presence.generated)],
    ['exchange.json', exchange.serialised(exchange.generated)]
  ])('in %s are what their generator makes', async (file, made) => {
    expect(await readFile(new URL(file, import.meta.url), 'utf8')).toBe(made)
  })
})
