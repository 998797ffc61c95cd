import { gzipSync } from 'node:zlib'
import { bundle } from './bundle.ts'

export interface BundleSize {
  /** Bytes of all, with every package that it imports: minified, and then compressed. */
  readonly minified: number
  readonly gzip: number
  /** What of that it adds to a page that has libp2p: this library's own modules, and the little that libp2p does not bring itself. */
  readonly added: { readonly minified: number, readonly gzip: number }
  /** Bytes of each package before it was minified, and of this library each folder: which part is large. The largest is first. */
  readonly shares: Readonly<Record<string, number>>
}

/** What a page has in which two libp2p peers talk, whatever about. */
const LIBP2P = [
  "export { createLibp2p } from 'libp2p'",
  "export { noise } from '@chainsafe/libp2p-noise'",
  "export { yamux } from '@libp2p/yamux'",
  "export { webSockets } from '@libp2p/websockets'",
  "export { identify } from '@libp2p/identify'",
  "export { circuitRelayTransport } from '@libp2p/circuit-relay-v2'"
].join('\n')

/** What `presence` goes by, beside libp2p. */
export const GOSSIPSUB = "export { gossipsub } from '@libp2p/gossipsub'"

/**
 * How large what an app imports is in a bundle for browsers. `export { invitation } from 'libp2p-invitation'` is the service alone.
 *
 * @param present - what the page has beside libp2p, as a program. @default nothing
 */
export async function bundleSize (program: string, present: string = ''): Promise<BundleSize> {
  const whole = await bundle(program)
  const before = sizeOf((await bundle(`${LIBP2P}\n${present}`)).code)
  const after = sizeOf((await bundle(`${LIBP2P}\n${present}\n${program}`)).code)
  const shares = new Map<string, number>()

  for (const [module, size] of whole.modules) {
    const part = partOf(module)

    shares.set(part, (shares.get(part) ?? 0) + size)
  }

  return { ...sizeOf(whole.code), added: { minified: after.minified - before.minified, gzip: after.gzip - before.gzip }, shares: Object.fromEntries([...shares].toSorted(([, one], [, other]) => other - one)) }
}

function sizeOf (code: string): { minified: number, gzip: number } {
  return { minified: Buffer.byteLength(code), gzip: gzipSync(code, { level: 9 }).length }
}

/** The package of a module, or the folder of this one that it is in. */
function partOf (module: string): string {
  const [, inPackage] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module) ?? []

  return inPackage ?? module.split('/').slice(0, 2).join('/')
}
