import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { CallUser } from './call-user.ts'
import { PagesServer } from './pages-server.ts'
import { PATIENCE, PATIENT } from './patience.ts'
import { startScene } from './scene.ts'

/** How long no relay is there, milliseconds: half as long again as a session stands while its peers cannot reach each other. */
const TIME_WITHOUT_RELAY = 90_000

vi.setConfig({ testTimeout: TIME_WITHOUT_RELAY + 4 * PATIENCE })

const pages = await PagesServer.start(fileURLToPath(new URL('../../examples', import.meta.url)))

afterAll(async () => { await pages[Symbol.asyncDispose]() })

/** Whether there is one by which neither sound nor picture goes: what the two say to each other does. */
async function hasDirectConnection ({ tab }: CallUser): Promise<boolean | undefined> {
  return await tab.ask(() => window.watched?.some(connection => connection.connectionState === 'connected' && connection.getTransceivers().length === 0))
}

describe('two who talk by the page of examples/call', () => {
  it('talk on when their relay is gone for good, see each other when both have had their cameras off, and are told when the other hangs up', async context => {
    const { browsers, relay } = await startScene(context)

    // a browser says on the console that nobody answers where the relay was
    browsers.expect('WebSocket')

    const url = pages.urlOf('call', { relay: String(relay.addresses[0]) })
    const [ada, ben] = await Promise.all([CallUser.open(browsers, url, 'Ada'), CallUser.open(browsers, url, 'Ben')])
    const both = [ada, ben]

    await Promise.all(both.map(async user => {
      // from then on all connections are watched, also those that are none of the page's own
      await user.tab.page.reload()
      await user.enter('office')
    }))
    await ada.ring(ben, 'lunch?')
    await ben.isRungBy(ada)
    await ben.press('Accept')
    await Promise.all(both.map(async user => {
      await user.seesPictures()
      // the first tries may hang
      await expect.poll(async () => await hasDirectConnection(user), PATIENT).toBe(true)
    }))
    await relay.stop()
    // so that the machine has less to draw meanwhile, and that both have something to say by what is left
    await Promise.all(both.map(async user => { await user.press('Camera off') }))
    await Promise.all(both.map(async user => { await user.sees('no camera') }))
    await setTimeout(TIME_WITHOUT_RELAY)

    await Promise.all(both.map(async user => { await user.press('Camera off') }))
    await Promise.all(both.map(async user => { await user.seesPictures() }))
    await ada.press('Mute')
    await ben.sees('muted')
    await ben.press('Hang up')
    await Promise.all([ada.sees('Ben hung up.'), ben.sees('You hung up.')])
    expect(await ada.log()).toEqual([expect.stringMatching(/^Ben\noutgoing, 1:\d\d · “lunch\?”$/)])
    expect(await ben.log()).toEqual([expect.stringMatching(/^Ada\nincoming, 1:\d\d · “lunch\?”$/)])
  })
})
