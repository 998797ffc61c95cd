import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { CallUser } from './call-user.ts'
import { PagesServer } from './pages-server.ts'
import { PATIENCE } from './patience.ts'
import { PuppeteerCallUser } from './puppeteer-call-user.ts'
import { startScene } from './scene.ts'

// several such waits in one test
vi.setConfig({ testTimeout: 4 * PATIENCE })

const pages = await PagesServer.start(fileURLToPath(new URL('../../examples', import.meta.url)))

afterAll(async () => { await pages[Symbol.asyncDispose]() })

describe('the page of examples/call, in Firefox and in Chromium', () => {
  it('lets two find each other, ring each other, see each other and hang up, whoever begins', async context => {
    const { browsers, relay } = await startScene(context)
    const url = pages.urlOf('call', { relay: String(relay.addresses[0]) })
    const [fay, cleo] = await Promise.all([
      browsers.open('firefox', url).then(async tab => await PuppeteerCallUser.in(tab, 'Fay')),
      CallUser.open(browsers, url, 'Cleo')
    ])

    await Promise.all([fay.enter('office'), cleo.enter('office')])

    await fay.ring(cleo, 'lunch?')
    await cleo.isRungBy(fay)
    await cleo.sees('lunch?')
    await fay.sees('It rings.')
    await cleo.press('Accept')
    await Promise.all([fay.seesPictures(), cleo.seesPictures()])
    await fay.press('Hang up')
    await Promise.all([fay.sees('You hung up.'), cleo.sees('Fay hung up.')])

    await cleo.ring(fay, 'and coffee?')
    await fay.isRungBy(cleo)
    await fay.sees('and coffee?')
    await fay.press('Accept')
    await Promise.all([fay.seesPictures(), cleo.seesPictures()])
    await cleo.press('Hang up')
    await Promise.all([cleo.sees('You hung up.'), fay.sees('Cleo hung up.')])

    expect(await fay.log()).toEqual([
      expect.stringMatching(/^Cleo\nincoming, \d+:\d\d · “and coffee\?”$/),
      expect.stringMatching(/^Cleo\noutgoing, \d+:\d\d · “lunch\?”$/)
    ])
    expect(await cleo.log()).toEqual([
      expect.stringMatching(/^Fay\noutgoing, \d+:\d\d · “and coffee\?”$/),
      expect.stringMatching(/^Fay\nincoming, \d+:\d\d · “lunch\?”$/)
    ])
  })
})
