import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SOURCE } from './explorer.ts'
import type { Fault } from './faults.ts'

/** Copies what the machines are made of to a folder of its own, with the fault in it; removes it when the use is over. */
export async function withFault<T> ({ file, find, replace }: Fault, use: (source: URL) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fault-'))

  try {
    const path = join(folder, 'invitation', file)

    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await cp(new URL('invitation', SOURCE), join(folder, 'invitation'), { recursive: true })
    await cp(new URL('wire', SOURCE), join(folder, 'wire'), { recursive: true })

    const source = await readFile(path, 'utf8')
    const pieces = source.split(find)

    if (pieces.length !== 2) {
      throw new Error(`the fault must fit ${file} exactly once; it fits ${pieces.length - 1} times: ${find}`)
    }

    await writeFile(path, pieces.join(replace))

    return await use(pathToFileURL(`${folder}/`))
  } finally {
    await rm(folder, { recursive: true })
  }
}
