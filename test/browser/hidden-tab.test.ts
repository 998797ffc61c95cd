import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { CallUser } from './call-user.ts'
import { PagesServer } from './pages-server.ts'
import { PATIENCE, PATIENT } from './patience.ts'
import { PuppeteerCallUser } from './puppeteer-call-user.ts'
import { startScene } from './scene.ts'

declare global {
  interface Window {
    /** How often a timer of one second ran. */
    ticks?: number
    /** How many people went from the list of those who are here. */
    gone?: number
  }
}

/** How long a tab is hidden, milliseconds: twelve heartbeats of a tab that can be seen. */
const HIDDEN_TIME = 180_000

/** More often than this a timer of one second does not run in that time, if the browser has it run once a minute after the first. */
const MOST_TICKS = 90

vi.setConfig({ testTimeout: HIDDEN_TIME + 4 * PATIENCE })

const pages = await PagesServer.start(fileURLToPath(new URL('../../examples', import.meta.url)))

afterAll(async () => { await pages[Symbol.asyncDispose]() })

describe('a tab with the page of examples/call that was hidden behind another for three minutes', () => {
  it('was there for the others all the time, rings, and takes the call', async context => {
    const { browsers, relay } = await startScene(context)
    const url = pages.urlOf('call', { relay: String(relay.addresses[0]) })
    const ada = await CallUser.open(browsers, url, 'Ada')
    const ben = await PuppeteerCallUser.in(await browsers.open('chromium in a window', url), 'Ben')

    await Promise.all([ada.enter('office'), ben.enter('office')])
    await Promise.all([ada.sees('Ben'), ben.sees('Ada')])

    await ada.tab.ask(() => {
      window.gone = 0
      new MutationObserver(changes => {
        window.gone! += changes.reduce((sum, { removedNodes }) => sum + removedNodes.length, 0)
      }).observe(document.getElementById('people')!, { childList: true })
    })
    await browsers.open('chromium in a window', 'about:blank')
    await expect.poll(async () => await ben.tab.ask(() => document.visibilityState), PATIENT).toBe('hidden')
    await ben.tab.ask(() => {
      window.ticks = 0
      setInterval(() => { window.ticks! += 1 }, 1_000)
    })

    await setTimeout(HIDDEN_TIME)

    expect(await ben.tab.ask(() => window.ticks)).toBeLessThan(MOST_TICKS)
    expect(await ada.tab.ask(() => window.gone)).toBe(0)
    await ada.ring(ben, 'still there?')
    await ben.isRungBy(ada)
    await ada.sees('It rings.')
    // nobody clicks on what is hidden
    await ben.tab.ask(() => { document.getElementById('accept')?.click() })
    await Promise.all([ada.seesPictures(), ben.seesPictures()])
    expect(await ben.tab.ask(() => document.visibilityState)).toBe('hidden')
    await ada.press('Hang up')
    await Promise.all([ada.sees('You hung up.'), ben.sees('Ada hung up.')])
    expect(await ben.log()).toEqual([expect.stringMatching(/^Ada\nincoming, \d+:\d\d · “still there\?”$/)])
  })
})
