import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { Target } from './target.ts'

/** Most inputs that are kept of one target, and most bytes of them all: they are in every clone of the repository. */
const MAX_FILES = 200
const MAX_BYTES = 4_096

const folderOf = ({ name }: Pick<Target, 'name'>): URL => new URL(`corpus/${name}/`, import.meta.url)

/** A name that the content decides. */
const nameOf = (input: Uint8Array): string => createHash('sha256').update(input).digest('hex').slice(0, 16)

/** The inputs that are kept of a target, in the order of their names. */
export async function keptInputs (target: Pick<Target, 'name'>): Promise<Uint8Array[]> {
  const folder = folderOf(target)
  const names = await readdir(folder).catch(() => [])

  return await Promise.all(names.toSorted((a, b) => a.localeCompare(b)).map(async name => new Uint8Array(await readFile(new URL(name, folder)))))
}

/** Keeps these, the first ones first, and no others of the target; as many as there is room for. */
export async function keepInputs (target: Pick<Target, 'name'>, inputs: readonly Uint8Array[]): Promise<void> {
  const folder = folderOf(target)
  let room = MAX_BYTES

  await rm(folder, { recursive: true, force: true })

  for (const input of inputs.slice(0, MAX_FILES)) {
    if (input.length <= room) {
      room -= input.length
      await mkdir(folder, { recursive: true })
      await writeFile(new URL(nameOf(input), folder), input)
    }
  }
}
