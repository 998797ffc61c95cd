import { gzipSync } from 'node:zlib'
import { bundle } from './bundle.ts'

export interface BundleSize {
  /** Bytes of all, with every package that it imports: minified, and then compressed. */
  readonly minified: number
  readonly gzip: number
  /** The same of this library's own modules, where all other packages are there already: what it adds to an app that has libp2p. */
  readonly own: { readonly minified: number, readonly gzip: number }
  /** Bytes of each package before it was minified, and of this library each folder: which part is large. The largest is first. */
  readonly shares: Readonly<Record<string, number>>
}

/** How large what an app imports is in a bundle for browsers. `export { invitation } from 'libp2p-invitation'` is the service alone. */
export async function bundleSize (program: string): Promise<BundleSize> {
  const whole = await bundle(program)
  const own = await bundle(program, { ownOnly: true })
  const shares = new Map<string, number>()

  for (const [module, size] of whole.modules) {
    const part = partOf(module)

    shares.set(part, (shares.get(part) ?? 0) + size)
  }

  return { ...sizeOf(whole.code), own: sizeOf(own.code), shares: Object.fromEntries([...shares].toSorted(([, one], [, other]) => other - one)) }
}

function sizeOf (code: string): { minified: number, gzip: number } {
  return { minified: Buffer.byteLength(code), gzip: gzipSync(code, { level: 9 }).length }
}

/** The package of a module, or the folder of this one that it is in. */
function partOf (module: string): string {
  const [, inPackage] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module) ?? []

  return inPackage ?? module.split('/').slice(0, 2).join('/')
}
