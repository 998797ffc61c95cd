import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { CallUser } from './call-user.ts'
import { PagesServer } from './pages-server.ts'
import { PATIENCE, PATIENT } from './patience.ts'
import { startScene } from './scene.ts'
import type { Scene } from './scene.ts'

// several such waits in one test
vi.setConfig({ testTimeout: 4 * PATIENCE })

const pages = await PagesServer.start(fileURLToPath(new URL('../../examples', import.meta.url)))

afterAll(async () => { await pages[Symbol.asyncDispose]() })

/** Where the page is. */
function urlFor ({ relay }: Scene): string {
  return pages.urlOf('call', { relay: String(relay.addresses[0]) })
}

/** Loads a page anew whose peer makes no direct connections: libp2p looks for what it makes them of when it is loaded, the page when a call begins. */
async function connectByRelayAlone ({ tab: { page } }: CallUser): Promise<void> {
  await page.addInitScript(() => {
    const { RTCPeerConnection: own } = window

    window.RTCPeerConnection = class extends own {
      constructor () {
        super()
        this.close()
        throw new DOMException('as where no direct way is open', 'NotAllowedError')
      }
    }
    addEventListener('load', () => { window.RTCPeerConnection = own })
  })
  await page.reload()
}

/** Two who have entered one room, and see each other. */
async function enterTwo (scene: Scene): Promise<[CallUser, CallUser]> {
  return await CallUser.enterTwo(scene.browsers, urlFor(scene))
}

describe('two who have the page of examples/call', () => {
  it('call each other with a note, see each other, and hang up', async context => {
    const [ada, ben] = await enterTwo(await startScene(context))

    await ada.ring(ben, 'lunch?')
    await ben.isRungBy(ada)
    expect(await ben.hears()).toEqual({ focus: 'incoming-dialog', said: 'Ada is calling' })
    await ben.sees('lunch?')
    await ada.sees('It rings.')
    await ben.press('Accept')
    await Promise.all([ada.seesPictures(), ben.seesPictures()])
    await ada.press('Hang up')
    await Promise.all([ada.sees('You hung up.'), ben.sees('Ada hung up.')])
    expect(await ada.log()).toEqual([expect.stringMatching(/^Ben\noutgoing, \d+:\d\d · “lunch\?”$/)])
    expect(await ben.log()).toEqual([expect.stringMatching(/^Ada\nincoming, \d+:\d\d · “lunch\?”$/)])
  })

  it('hear that the other refuses, or is busy', async context => {
    const [ada, ben] = await enterTwo(await startScene(context))

    await ada.ring(ben, '')
    await ben.isRungBy(ada)
    await ben.press('Refuse')
    await ada.sees('Ben does not want to talk now.')
    await ada.ring(ben, '')
    await ben.isRungBy(ada)
    await ben.press('I am busy')
    await ada.sees('Ben is busy.')
    expect(await ada.log()).toEqual(['Ben\noutgoing, refused: busy', 'Ben\noutgoing, refused'])
    expect(await ben.log()).toEqual(['Ada\nincoming, refused', 'Ada\nincoming, refused'])
  })

  it('find a call that was taken back among those that they missed, also after the page was loaded anew', async context => {
    const [ada, ben] = await enterTwo(await startScene(context))

    await ada.ring(ben, 'lunch?')
    await ben.isRungBy(ada)
    await ada.press('Cancel')
    await ben.tab.page.getByRole('alertdialog').waitFor({ state: 'hidden' })
    await expect.poll(async () => await ben.log(), PATIENT).toEqual(['Ada\nmissed · “lunch?”'])
    expect(await ada.log()).toEqual(['Ben\noutgoing, canceled · “lunch?”'])
    await ben.tab.page.reload()
    expect(await ben.tab.page.getByLabel('Your name').inputValue()).toBe('Ben')
    await ben.press('Enter')
    expect(await ben.log()).toEqual(['Ada\nmissed · “lunch?”'])
  })

  it('leave, and are seen no more until they enter again', async context => {
    const [ada, ben] = await enterTwo(await startScene(context))

    await ada.press('Leave')
    await ben.sees('Nobody else is here yet.')
    await ada.enter('office')
    await ben.ring(ada, 'again?')
    await ada.isRungBy(ben)
    await ada.sees('again?')
    await ada.press('Refuse')
    expect(await ada.log()).toEqual(['Ben\nincoming, refused · “again?”'])
  })

  it('ring nobody who is not to be disturbed', async context => {
    const [ada, ben] = await enterTwo(await startScene(context))

    await ben.tab.page.getByLabel('I am').selectOption('not to be disturbed')
    await ada.sees('not to be disturbed')
    await ada.ring(ben, '')
    await ada.sees('Ben does not want to be disturbed.')
    expect(await ben.log()).toEqual(['Ada\nincoming, refused for you: do not disturb'])
  })

  it('call without a camera where it may not be used: who has none sees the other all the same', async context => {
    const [ada, ben] = await enterTwo(await startScene(context))

    await ada.tab.ask(() => {
      navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('refused', 'NotAllowedError') }
    })
    await ada.ring(ben, '')
    await ben.isRungBy(ada)
    await ben.press('Accept')
    await ada.seesPictures()
    await ada.sees('was not given permission')
    await ben.sees('no camera, muted')
    await ada.press('Hang up')
    expect(await ben.log()).toEqual([expect.stringMatching(/^Ada\nincoming, \d+:\d\d$/)])
  })

  it('mute, turn the camera off and show a screen, and the other is told', async context => {
    const [ada, ben] = await enterTwo(await startScene(context))

    await ada.ring(ben, '')
    await ben.isRungBy(ada)
    await ben.press('Accept')
    await ben.seesPictures()
    await ada.press('Mute')
    await ada.press('Camera off')
    await ben.sees('no camera, muted')
    await ada.press('Camera off')
    await ben.seesPictures()
    // the browser would ask which screen, and there is none: a drawing takes its place
    await ada.tab.ask(() => {
      navigator.mediaDevices.getDisplayMedia = async () => {
        const canvas = document.createElement('canvas')

        setInterval(() => { canvas.getContext('2d')?.fillRect(Math.random() * 100, 0, 9, 9) }, 50)

        return canvas.captureStream()
      }
    })
    await ada.press('Share screen')
    await ben.sees('Ada shows a screen')
    await ben.seesPictures()
    await ben.press('Hang up')
    await ada.sees('Ben hung up.')
    expect(await ada.log()).toEqual([expect.stringMatching(/^Ben\noutgoing, \d+:\d\d$/)])
  })
})

describe('each screen of the page of examples/call', () => {
  it('fits a phone and a desktop, and has buttons with names: pictures of all are in node_modules/.pictures', async context => {
    const scene = await startScene(context)

    // a browser says on the console that nobody answers where the relay was
    scene.browsers.expect('WebSocket')

    const url = urlFor(scene)
    const ada = await CallUser.open(scene.browsers, url, 'Ada')
    const misfits: string[] = []
    const look = async (user: CallUser, screen: string): Promise<void> => { misfits.push(...await user.misfits(screen)) }

    await connectByRelayAlone(ada)
    await look(ada, 'start')
    await ada.enter('office')
    await ada.tab.page.locator('#connection-notice').waitFor({ state: 'hidden' })
    await look(ada, 'alone')

    const ben = await CallUser.open(scene.browsers, url, 'Ben')
    const cleo = await CallUser.open(scene.browsers, url, 'Cleo, whose name is as long as it may be')

    await Promise.all([ben.enter('office'), cleo.enter('office')])
    await cleo.tab.page.getByLabel('I am').selectOption('not to be disturbed')
    await ada.sees('not to be disturbed')
    await ada.ring(cleo, '')
    await ada.sees('does not want to be disturbed')
    await ben.ring(ada, 'lunch?')
    await ada.isRungBy(ben)
    await look(ada, 'incoming')
    await ben.press('Cancel')
    await ada.sees('1 missed')
    await look(ada, 'missed')
    await ada.press('Call Ben')
    await look(ada, 'note')
    await ada.tab.page.getByLabel('What it is about, if you like').fill('Shall we have lunch at the green table, where the soup is good?')
    await ada.press('Ring')
    await ada.sees('It rings.')
    await look(ada, 'outgoing')
    await ben.isRungBy(ada)
    await look(ben, 'incoming-note')
    await ben.press('Accept')
    await Promise.all([ada.seesPictures(), ben.seesPictures()])
    await look(ada, 'call')
    await ben.press('Camera off')
    await ada.sees('no camera')
    await ada.press('Mute')
    await look(ada, 'call-without-picture')
    await ben.press('Hang up')
    await cleo.press('Leave')
    await ada.sees('Ben hung up.')
    await ada.tab.page.getByRole('button', { name: /^Call Cleo.* back$/, disabled: true }).waitFor()
    await look(ada, 'room')
    await ada.ring(ben, '')
    await ben.press('Accept')
    await Promise.all([ada.seesPictures(), ben.seesPictures()])
    await scene.relay.stop()
    await ada.sees('The relay is lost.')
    await look(ada, 'reconnecting')
    // sound and picture go from browser to browser
    await ada.seesPictures()
    await ada.press('Hang up')
    await ada.sees('nobody can ring you')
    await look(ada, 'unreachable')

    expect(misfits).toEqual([])
  })
})
