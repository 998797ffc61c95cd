import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'

/** How much of a source has run. */
export interface FileCoverage {
  readonly file: string
  /** Lines with code on them. */
  readonly lines: number
  /** Those of which some never ran, by their numbers. */
  readonly missed: ReadonlyArray<{ readonly line: number, readonly text: string }>
}

/** How much of a source has run, line by line. Types and comments are no code, nor is the end of a block. */
export async function coverageOf (file: URL, characters: Uint8Array | undefined): Promise<FileCoverage> {
  // types are taken out the way Node does it when it loads the file, which leaves every other character where it is
  const stripped = stripTypeScriptTypes(await readFile(file, 'utf8'))
  const missed: Array<{ line: number, text: string }> = []
  let lines = 0
  let from = 0

  for (const [index, text] of stripped.replaceAll(/\/\*[^]*?\*\/|^ *\/\/.*$/gm, comment => comment.replaceAll(/[^\n]/g, ' ')).split('\n').entries()) {
    const code = [...text.matchAll(/[^\s{}()]/g)]

    if (code.length > 0) {
      lines++

      if (code.some(({ index: at }) => characters?.[from + at] !== 1)) {
        missed.push({ line: index + 1, text: text.trim() })
      }
    }

    from += text.length + 1
  }

  return { file: fileURLToPath(file), lines, missed }
}
