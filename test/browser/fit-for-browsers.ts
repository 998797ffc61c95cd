import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { parseSync } from 'vite'

/** The part of the library that is for Node alone. */
const NODE_ONLY = 'src/relay/'

/** Tests that take long, to count how often something happens, to do all of it again, or to wear a node down: that says no more in a browser. */
const TOO_LONG = ['test/hostile/', 'test/presence/hostile', 'test/presence/simulation/', 'test/link/redial', 'test/simulated/determinism', 'test/wire/hostile-input']

export interface Fitness {
  /** Test files that run in browsers too. */
  readonly fit: readonly string[]
  /** Test files that run in Node alone, each with why: the import that says so and the file in which it is, or that it takes too long. */
  readonly unfit: ReadonlyMap<string, string>
  /** Packages, and parts of packages, that those that are fit import, themselves or by what they import. */
  readonly packages: readonly string[]
}

/**
 * Which tests run in browsers too: all but those that import, themselves or by other files under `test`, a module of Node or the
 * part of the library that is for Node alone, and those that take long. A test that needs Node says so by such an import, also for
 * what Node has as a global.
 *
 * @param root - the folder of the project; paths are relative to it
 */
export function fitForBrowsers (root: string): Fitness {
  const fit: string[] = []
  const unfit = new Map<string, string>()
  const packages = new Set<string>()

  for (const file of globSync('test/**/*.test.ts', { cwd: root }).toSorted()) {
    const graph = reachableFrom(root, file)
    const forNode = graph.find(({ from, specifier }) => from.startsWith('test/') && isForNode(root, from, specifier))

    if (forNode != null || TOO_LONG.some(folder => file.startsWith(folder))) {
      unfit.set(file, forNode == null ? 'takes too long' : `${forNode.specifier} in ${forNode.from}`)
      continue
    }

    fit.push(file)

    for (const { specifier } of graph) {
      if (!specifier.startsWith('.') && specifier !== 'vitest') {
        packages.add(specifier)
      }
    }
  }

  return { fit, unfit, packages: [...packages].toSorted() }
}

interface Import { readonly from: string, readonly specifier: string }

/** All imports of a file and of what it imports from the project, but for those of types. */
function reachableFrom (root: string, file: string): Import[] {
  const imports: Import[] = []
  const files = new Set([file])

  // files that are added on the way are walked as well
  for (const from of files) {
    for (const specifier of specifiersIn(join(root, from))) {
      imports.push({ from, specifier })

      if (specifier.startsWith('.') && specifier.endsWith('.ts')) {
        files.add(target(root, from, specifier))
      }
    }
  }

  return imports
}

function isForNode (root: string, from: string, specifier: string): boolean {
  return isBuiltin(specifier) || (specifier.startsWith('.') && target(root, from, specifier).startsWith(NODE_ONLY))
}

function target (root: string, from: string, specifier: string): string {
  return relative(root, resolve(root, dirname(from), specifier))
}

const known = new Map<string, string[]>()

function specifiersIn (path: string): string[] {
  const specifiers = known.get(path) ?? read(path)

  known.set(path, specifiers)

  return specifiers
}

function read (path: string): string[] {
  const { staticImports, staticExports } = parseSync(path, readFileSync(path, 'utf8')).module
  const imports = staticImports.filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
  const exports = staticExports.flatMap(({ entries }) => entries).filter(({ isType }) => !isType)

  return [...new Set([...imports.map(({ moduleRequest }) => moduleRequest.value), ...exports.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])])]
}
