/**
 * Makes the code that reads and writes what is described in `.proto` files: `npm run generate`. For `src/wire` that is only what its own
 * code is held against by a test.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { generate } from 'protons'

/** Each description, and the folder that its code is for. */
const SOURCES = {
  'src/wire/message.proto': 'test/wire/generated',
  'src/presence/record/record-message.proto': 'src/presence/record',
  'src/presence/record/gossip-message.proto': 'src/presence/record',
  'src/presence/exchange/exchange-message.proto': 'src/presence/exchange',
  'src/relay/circuit-message.proto': 'src/relay'
} as const

/** Where the code for a message begins, and where it reads into an object that protons (9.0.2) leaves without a type. */
const LANDMARKS = /_codec = message<(?<message>\w+)>|const obj: any/g

for (const [source, folder] of Object.entries(SOURCES)) {
  await generate(source, { output: folder })

  const file = join(folder, `${basename(source, '.proto')}.ts`)

  await writeFile(file, withTypes(await readFile(file, 'utf8')))
  console.log(`${dirname(file)}: ${basename(file)}`)
}

/** The same code, in which what is read has the type of its message: the compiler checks it like all other code. */
function withTypes (code: string): string {
  let current = ''

  return code.replaceAll(LANDMARKS, (landmark, message: string | undefined) => {
    current = message ?? current

    return message == null ? `const obj: ${current}` : landmark
  })
}
