import { describe, expect, it } from 'vitest'
import { bundleSize } from './bundle-size.ts'
import { browserEntries, bundle } from './bundle.ts'

/** What a package asks for only where there is a `process`: @sinonjs/fake-timers (15.5.0), for `promisify`. */
const ASKED_IN_NODE: Readonly<Record<string, readonly string[]>> = { 'libp2p-invitation/swarm': ['util'] }

/** The modules of this library in what an app gets for a program. */
async function ownModules (program: string): Promise<string[]> {
  const { modules } = await bundle(program)

  return [...modules.keys()].filter(module => module.startsWith('dist/'))
}

/** Most bytes, minified and gzipped, that the invitation service may add to a page that has libp2p: it is in every page. */
const MOST_OF_INVITATION = 20_000

describe('a bundle for browsers', () => {
  it.each(browserEntries())('of %s asks for nothing of Node', async entry => {
    const { builtins, modules } = await bundle(`export * from '${entry}'`)

    expect(builtins).toEqual(ASKED_IN_NODE[entry] ?? [])
    expect(modules.size).toBeGreaterThan(0)
  })

  it('tells when something asks for a module of Node, though nothing of it is used', async () => {
    const { builtins } = await bundle("import { join } from 'path'; import fs from 'node:fs'; export const nothing = 0")

    expect(builtins).toEqual(expect.arrayContaining(['path', 'node:fs']))
  })

  it('of the invitation service has none of the rooms that are entries of their own, but for what the service is made of', async () => {
    const modules = await ownModules("export { invitation } from 'libp2p-invitation'")

    expect(modules).toContain('dist/invitation/invitation-server.js')
    expect(modules.filter(module => /^dist\/(?:presence|reachability|relay|swarm|identity|peer|session\/webrtc|webrtc)\//.test(module))).toEqual([])
  })

  it(`of the invitation service adds at most ${MOST_OF_INVITATION} bytes to a page that has libp2p`, async () => {
    const { added } = await bundleSize("export { invitation } from 'libp2p-invitation'")

    expect(added.gzip).toBeLessThanOrEqual(MOST_OF_INVITATION)
  })

  it('of one error has nothing but the errors', async () => {
    expect(await ownModules("export { AlreadySentError } from 'libp2p-invitation'")).toEqual(['dist/errors/errors.js'])
  })

  it('of the options for gossipsub has nothing of presence itself', async () => {
    expect(await ownModules("export { gossipsubPreset } from 'libp2p-invitation/presence'")).toEqual(['dist/presence/gossipsub-preset.js'])
  })

  it('of the invitation service adds this library to what libp2p brings', async () => {
    const { minified, gzip, added, shares } = await bundleSize("export { invitation } from 'libp2p-invitation'")

    expect(added.gzip).toBeLessThan(added.minified)
    expect(added.minified).toBeLessThan(minified)
    expect(added.gzip).toBeLessThan(gzip)
    expect(Object.keys(shares)).toEqual(expect.arrayContaining(['dist/invitation', 'dist/link', 'uint8arrays']))
  })
})
