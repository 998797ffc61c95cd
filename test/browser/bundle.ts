import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Rolldown } from 'vite'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NAME = 'libp2p-invitation'

/** Entries that are for Node alone. */
const NODE_ONLY = new Set(['./relay'])

/** What Vite puts in place of a module of Node in a bundle for browsers: nothing, under a name that begins so. */
const IN_PLACE_OF_BUILTIN = '__vite-browser-external:'

/** The entries of the package that browsers import, as an app names them. */
export function browserEntries (): string[] {
  const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { exports: Record<string, unknown> }

  return Object.keys(exports).filter(entry => !NODE_ONLY.has(entry)).map(entry => `${NAME}${entry.slice(1)}`)
}

export interface Bundle {
  readonly code: string
  /**
   * The modules of which something is in the bundle, with how many bytes before they were minified: those of this package by their path
   * in it, as `dist/link/index.js`.
   */
  readonly modules: ReadonlyMap<string, number>
  /** The modules of Node that anything asked for on the way, whether or not something of it is left. */
  readonly builtins: readonly string[]
}

/** Bundles a program for browsers as an app does, minified, from the package as it was built last. */
export async function bundle (program: string): Promise<Bundle> {
  const read: string[] = []
  const built = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'silent',
    plugins: [{
      name: 'program',
      resolveId: id => id === 'virtual:program' ? `\0${id}` : undefined,
      load: id => id === '\0virtual:program' ? program : undefined,
      buildEnd () { read.push(...this.getModuleIds()) }
    }],
    build: {
      write: false,
      target: 'esnext',
      minify: true,
      modulePreload: false,
      rolldownOptions: { input: 'virtual:program', preserveEntrySignatures: 'strict' }
    }
  }) as Rolldown.RolldownOutput
  const chunks = built.output.filter(file => file.type === 'chunk')
  const sizes = chunks.flatMap(({ modules }) => Object.entries(modules)).map(([id, { renderedLength }]) => [inPackage(id), renderedLength] as const)

  return {
    code: chunks.map(({ code }) => code).join('\n'),
    modules: new Map(sizes.filter(([, size]) => size > 0)),
    builtins: read.filter(id => id.startsWith(IN_PLACE_OF_BUILTIN)).map(id => id.slice(IN_PLACE_OF_BUILTIN.length))
  }
}

function inPackage (id: string): string {
  return id.startsWith(`${ROOT}dist/`) ? id.slice(ROOT.length) : id
}
