import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { createPeer } from '../../src/peer/index.ts'
import { CallUser } from './call-user.ts'
import { PagesServer } from './pages-server.ts'
import { PATIENCE, PATIENT } from './patience.ts'
import { startScene } from './scene.ts'

declare global {
  interface Window {
    /** Resolves when the dialog that was open last has closed: with when that was, milliseconds since 1970. */
    dialogClosed?: Promise<number>
  }
}

// several such waits in one test
vi.setConfig({ testTimeout: 4 * PATIENCE })

const pages = await PagesServer.start(fileURLToPath(new URL('../../examples', import.meta.url)))

afterAll(async () => { await pages[Symbol.asyncDispose]() })

/**
 * One loads the page anew. Resolves when the other's dialog has closed. That takes some 50 to 100 ms; where a busy machine cuts short the
 * last moment of the page, in which it says so, it takes 15 s until the other misses it.
 */
async function reloadUntilTold (one: CallUser, other: CallUser): Promise<void> {
  await other.tab.ask(() => {
    const dialog = document.querySelector('dialog[open]')

    window.dialogClosed = new Promise(resolve => { dialog?.addEventListener('close', () => { resolve(Date.now()) }, { once: true }) })
  })
  await one.tab.page.reload()

  const [told, begun] = await Promise.all([other.tab.ask(async () => await window.dialogClosed ?? Infinity), one.tab.ask(() => performance.timeOrigin)])

  console.log(`${other.name} was told after ${Math.round(told - begun)} ms`)
}

describe('two who have the page of examples/call', () => {
  it('hear that the other loaded it anew while it rang, whoever had rung, and ring the same peer as before', async context => {
    const { browsers, relay } = await startScene(context)
    const onlooker = await createPeer({ relays: relay.addresses, rooms: ['office'] })
    const idsOf = (who: string): string[] => onlooker.services.presence.list()
      .filter(({ data }) => new TextDecoder().decode(data) === who)
      .map(({ peer }) => peer.toString())

    context.onTestFinished(async () => { await onlooker.stop() })

    const [ada, ben] = await CallUser.enterTwo(browsers, pages.urlOf('call', { relay: String(relay.addresses[0]) }))

    await expect.poll(() => idsOf('Ada'), PATIENT).toHaveLength(1)

    const ids = idsOf('Ada')

    await ada.ring(ben, 'lunch?')
    await ben.isRungBy(ada)
    await reloadUntilTold(ada, ben)
    await expect.poll(async () => await ben.log(), PATIENT).toEqual(['Ada\nmissed · “lunch?”'])

    await ada.enter('office')
    expect(await ada.log()).toEqual(['Ben\noutgoing, canceled · “lunch?”'])
    await ben.ring(ada, 'what was it?')
    await ada.isRungBy(ben)
    await ben.sees('It rings.')
    await reloadUntilTold(ada, ben)
    await ben.sees(/^Ada is not available\.$|^The call to Ada failed/)

    await ada.enter('office')
    await ada.ring(ben, 'now')
    await ben.isRungBy(ada)
    await ben.press('Accept')
    await Promise.all([ada.seesPictures(), ben.seesPictures()])
    expect(idsOf('Ada')).toEqual(ids)
    await ada.press('Hang up')
    await Promise.all([ada.sees('You hung up.'), ben.sees('Ada hung up.')])
    expect(await ada.log()).toEqual([
      expect.stringMatching(/^Ben\noutgoing, \d+:\d\d · “now”$/),
      'Ben\nincoming, refused for you: unavailable · “what was it?”',
      'Ben\noutgoing, canceled · “lunch?”'
    ])
    expect(await ben.log()).toEqual([
      expect.stringMatching(/^Ada\nincoming, \d+:\d\d · “now”$/),
      expect.stringMatching(/^Ada\noutgoing, (?:refused: unavailable|not reached) · “what was it\?”$/),
      'Ada\nmissed · “lunch?”'
    ])
  })
})
