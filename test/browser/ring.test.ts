import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { PagesServer } from './pages-server.ts'
import { RingingPeer } from './ringing-peer.ts'
import { startScene } from './scene.ts'
import type { Scene } from './scene.ts'

/** How long anything between browsers may take on a busy machine, milliseconds: far longer than it needs. */
const PATIENT = { timeout: 45_000, interval: 100 }

// several such waits in one test
vi.setConfig({ testTimeout: 4 * PATIENT.timeout })

const pages = await PagesServer.start(fileURLToPath(new URL('pages', import.meta.url)))

afterAll(async () => { await pages[Symbol.asyncDispose]() })

/** Two peers, each in a page of Chromium, that see each other. */
async function startTwo ({ browsers, relay }: Scene): Promise<[RingingPeer, RingingPeer]> {
  const url = RingingPeer.urlOf(pages, relay)
  const [ada, ben] = [await RingingPeer.in(await browsers.open('chromium', url)), await RingingPeer.in(await browsers.open('chromium', url))]

  await expect.poll(async () => await ada.present(), PATIENT).toEqual([ben.peerId])
  await expect.poll(async () => await ben.present(), PATIENT).toEqual([ada.peerId])

  return [ada, ben]
}

/** One invites the other, who accepts. Resolves with how that ended to the caller, and to the callee. */
async function ring (caller: RingingPeer, callee: RingingPeer): Promise<Array<string | undefined>> {
  await caller.invite(callee, 'lunch?')
  await expect.poll(async () => await callee.heard(), PATIENT).toEqual(['received lunch?'])
  await callee.accept('on my way')
  await expect.poll(async () => await callee.heard(), PATIENT).toHaveLength(2)
  await expect.poll(async () => await caller.heard(), PATIENT).toHaveLength(1)

  return [(await caller.heard())[0], (await callee.heard())[1]]
}

const ACCEPTED_BY_BOTH = ['accepted accepted on my way', 'accepted accepted on my way']

describe('two pages of Chromium behind a relay', () => {
  it('see each other, and one rings the other, who accepts', async context => {
    const [ada, ben] = await startTwo(await startScene(context))

    expect(await ring(ada, ben)).toEqual(ACCEPTED_BY_BOTH)
  })

  it('know that one was closed: whom it rang hears so from itself, and sees nobody any more', async context => {
    const [ada, ben] = await startTwo(await startScene(context))

    await ada.invite(ben, 'lunch?')
    await expect.poll(async () => await ben.heard(), PATIENT).toEqual(['received lunch?'])
    await ada.tab.close()
    await expect.poll(async () => await ben.heard(), PATIENT).toEqual(['received lunch?', 'canceled shutdown'])
    await expect.poll(async () => await ben.present(), PATIENT).toEqual([])
  })
})
