import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { freePort } from '../processes/free-port.ts'
import { RelayProcess } from '../processes/relay-process.ts'
import { temporaryFolder } from '../relay/command/temporary-folder.ts'
import { CallUser } from './call-user.ts'
import { PagesServer } from './pages-server.ts'
import { PATIENCE } from './patience.ts'
import { openBrowsers } from './scene.ts'

// several such waits in one test
vi.setConfig({ testTimeout: 4 * PATIENCE })

const pages = await PagesServer.start(fileURLToPath(new URL('../../examples', import.meta.url)))

afterAll(async () => { await pages[Symbol.asyncDispose]() })

describe('two who have the page of examples/call', () => {
  it('talk and ring on while their relay is killed and started again, and are told so', async context => {
    const relay = new RelayProcess({ port: await freePort(), key: join(await temporaryFolder(), 'relay.key') })

    context.onTestFinished(async () => { await relay.kill() })

    const url = pages.urlOf('call', { relay: await relay.start() })
    const browsers = openBrowsers(context)

    // a browser says on the console that nobody answers where the relay was
    browsers.expect('WebSocket')

    const [ada, ben] = await CallUser.enterTwo(browsers, url)
    const both = [ada, ben]

    // in a call
    await ada.ring(ben, 'lunch?')
    await ben.isRungBy(ada)
    await ben.press('Accept')
    await Promise.all(both.map(async user => { await user.seesPictures() }))
    await relay.kill()
    await Promise.all(both.map(async user => { await user.seesPictures() }))
    await relay.start()
    await Promise.all(both.map(async user => { await user.seesNoMore('Reconnecting…') }))
    await ada.press('Mute')
    await ben.sees('muted')
    await ada.press('Hang up')
    await Promise.all([ada.sees('You hung up.'), ben.sees('Ada hung up.')])

    // while it rings
    await ben.ring(ada, 'and now?')
    await ada.isRungBy(ben)
    await ben.sees('It rings.')
    await relay.kill()
    await Promise.all(both.map(async user => { await user.sees('Reconnecting…') }))
    await relay.start()
    await Promise.all(both.map(async user => { await user.seesNoMore('Reconnecting…') }))
    await ada.press('Accept')
    await Promise.all(both.map(async user => { await user.seesPictures() }))
    await ben.press('Hang up')
    await Promise.all([ada.sees('Ben hung up.'), ben.sees('You hung up.')])

    expect(await ada.log()).toEqual([
      expect.stringMatching(/^Ben\nincoming, \d+:\d\d · “and now\?”$/),
      expect.stringMatching(/^Ben\noutgoing, \d+:\d\d · “lunch\?”$/)
    ])
    expect(await ben.log()).toEqual([
      expect.stringMatching(/^Ada\noutgoing, \d+:\d\d · “and now\?”$/),
      expect.stringMatching(/^Ada\nincoming, \d+:\d\d · “lunch\?”$/)
    ])
  })
})
