import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { bundleSize, GOSSIPSUB } from '../browser/bundle-size.ts'
import type { Rolldown } from 'vite'

const PAGE = fileURLToPath(new URL('../../examples/call/', import.meta.url))

/** What an app imports of each part, to have the whole of it. */
const PARTS = {
  'invitation service': "export { invitation } from 'libp2p-invitation'",
  'presence': "export { presence, gossipsubPreset } from 'libp2p-invitation/presence'",
  'reachability': "export { reachability, connectionManagerPreset, yamuxPreset } from 'libp2p-invitation/reachability'",
  'webrtc': "export { negotiate } from 'libp2p-invitation/webrtc'",
  'invite tokens': "export { inviteTokens } from 'libp2p-invitation/tokens'",
  'identity': "export { keepIdentity } from 'libp2p-invitation/identity'",
  'peer, with all of these': "export { createPeer } from 'libp2p-invitation/peer'"
} as const

/** Those that go by gossipsub. */
const BY_GOSSIPSUB = new Set<string>(['presence', 'peer, with all of these'] satisfies Array<keyof typeof PARTS>)

/** Bytes, minified and gzipped as a server sends them. */
export interface BundleResult {
  /** What the part adds to a page that has libp2p, and gossipsub where it needs that. The aim is at most 20,000 for the invitation service. */
  readonly added: number
  /** With every package that it imports. */
  readonly whole: number
}

/** How large each part is in a bundle for browsers as an app makes one with Vite, and all that the page of `examples/call` loads. */
export async function bundle (): Promise<Record<string, BundleResult | { readonly whole: number }>> {
  const results: Record<string, BundleResult | { readonly whole: number }> = {}

  for (const [name, program] of Object.entries(PARTS)) {
    const { gzip, added } = await bundleSize(program, BY_GOSSIPSUB.has(name) ? GOSSIPSUB : undefined)

    results[name] = { added: added.gzip, whole: gzip }
  }

  const built = await build({ configFile: false, root: PAGE, logLevel: 'silent', build: { write: false, target: 'esnext', modulePreload: false } }) as Rolldown.RolldownOutput

  return { ...results, 'page of examples/call': { whole: built.output.reduce((sum, file) => sum + gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length, 0) } }
}
