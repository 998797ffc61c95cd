import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { generate } from 'protons'

/** Each description, and the folder that its code is for. For `src/wire` it is only what its own code is held against by a test. */
export const FOLDERS = {
  'src/wire/message.proto': 'test/wire/generated',
  'src/presence/record/record-message.proto': 'src/presence/record',
  'src/presence/record/gossip-message.proto': 'src/presence/record',
  'src/presence/exchange/exchange-message.proto': 'src/presence/exchange',
  'src/relay/circuit-message.proto': 'src/relay'
} as const

/** Where the code for a message begins, and where it reads into an object that protons (9.0.2) leaves without a type. */
const LANDMARKS = /_codec = message<(?<message>\w+)>|const obj: any/g

/** The file in a folder that has the code for a description. */
export function codeOf (description: string, folder: string): string {
  return join(folder, `${basename(description, '.proto')}.ts`)
}

/** Writes the code that reads and writes what a description has into a folder: what protons makes, and types where it leaves them out. */
export async function writeCode (description: string, folder: string): Promise<string> {
  await generate(description, { output: folder })

  const file = codeOf(description, folder)

  await writeFile(file, withTypes(await readFile(file, 'utf8')))

  return file
}

/** The same code, in which what is read has the type of its message: the compiler checks it like all other code. */
function withTypes (code: string): string {
  let current = ''

  return code.replaceAll(LANDMARKS, (landmark, message: string | undefined) => {
    current = message ?? current

    return message == null ? `const obj: ${current}` : landmark
  })
}
