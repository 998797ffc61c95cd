import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { CallUser } from './call-user.ts'
import { PagesServer } from './pages-server.ts'
import { PATIENCE } from './patience.ts'
import { startScene } from './scene.ts'

declare global {
  interface Window {
    /** How often it began to ring here since this user rang somebody. */
    ringsHeard?: number
  }
}

/** Milliseconds from when two agree to ring each other until they do: enough for both pages to hear of it. */
const LEAD_TIME = 300

// several such waits in one test
vi.setConfig({ testTimeout: 4 * PATIENCE })

const pages = await PagesServer.start(fileURLToPath(new URL('../../examples', import.meta.url)))

afterAll(async () => { await pages[Symbol.asyncDispose]() })

/** Rings somebody when the clock of the machine says so. */
async function ringAt (moment: number, { tab }: CallUser): Promise<void> {
  await tab.page.getByRole('button', { name: 'Ring', exact: true }).evaluate(async (button: HTMLButtonElement, at) => {
    await new Promise(resolve => { setTimeout(resolve, at - Date.now()) })
    button.click()
    window.ringsHeard = 0
  }, moment)
}

/** Counts from now on how often it rings. */
async function listenForRings ({ tab }: CallUser): Promise<void> {
  await tab.ask(() => {
    const observer = new MutationObserver(changes => {
      if (changes.some(({ target }) => (target as HTMLDialogElement).open)) {
        window.ringsHeard = (window.ringsHeard ?? 0) + 1
      }
    })

    for (const dialog of document.querySelectorAll('[role=alertdialog]')) {
      observer.observe(dialog, { attributeFilter: ['open'] })
    }
  })
}

/** What a line of the call log says of a call that was talked in. */
function directionOf (line: string | undefined): string | undefined {
  return /^(?:Ada|Ben)\n(incoming|outgoing), \d+:\d\d$/.exec(line ?? '')?.[1]
}

describe('two who have the page of examples/call', () => {
  it('ring each other at the same moment, and are in one call each time; a third who rings one of them then hears “busy”', async context => {
    const { browsers, relay } = await startScene(context)
    const url = pages.urlOf('call', { relay: String(relay.addresses[0]) })
    const [ada, ben] = await CallUser.enterTwo(browsers, url)
    const both = [ada, ben]

    await Promise.all(both.map(listenForRings))

    // the first time they have nothing to do with each other before, the second time they have
    for (const calls of [1, 2]) {
      await Promise.all([ada.press('Call Ben'), ben.press('Call Ada')])

      const moment = Date.now() + LEAD_TIME

      await Promise.all(both.map(async user => { await ringAt(moment, user) }))
      await Promise.all(both.map(async user => { await user.seesPictures() }))

      for (const { tab } of both) {
        expect(await tab.ask(() => ({ calls: window.watched?.length, rings: window.ringsHeard }))).toEqual({ calls, rings: 0 })
      }

      if (calls === 1) {
        await ben.press('Hang up')
        await Promise.all([ada.sees('Ben hung up.'), ben.sees('You hung up.')])
      }
    }

    const cleo = await CallUser.open(browsers, url, 'Cleo')

    await cleo.enter('office')
    await cleo.sees('busy')
    await cleo.ring(ada, 'lunch?')
    await cleo.sees('Ada is busy.')
    expect(await cleo.log()).toEqual(['Ada\noutgoing, refused: busy · “lunch?”'])
    expect(await ada.tab.ask(() => window.ringsHeard)).toBe(0)
    await ada.press('Hang up')
    await Promise.all([ada.sees('You hung up.'), ben.sees('Ada hung up.')])

    const [missed, ...adas] = await ada.log()
    const bens = await ben.log()

    expect(missed).toBe('Cleo\nincoming, refused for you: busy · “lunch?”')
    // which of the two is the caller is the same each time: it hangs on who they are
    expect(new Set([adas, bens].map(lines => lines.map(directionOf).join()))).toEqual(new Set(['incoming,incoming', 'outgoing,outgoing']))
  })
})
