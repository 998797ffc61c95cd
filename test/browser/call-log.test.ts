import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { CallUser } from './call-user.ts'
import { PagesServer } from './pages-server.ts'
import { PATIENCE, PATIENT } from './patience.ts'
import { startScene } from './scene.ts'
import type { TestContext } from 'vitest'

// several such waits in one test
vi.setConfig({ testTimeout: 4 * PATIENCE })

const pages = await PagesServer.start(fileURLToPath(new URL('../../examples', import.meta.url)))

afterAll(async () => { await pages[Symbol.asyncDispose]() })

/** Two who have entered one room; the second has missed a call of the first. */
async function enterTwoAndMiss (context: TestContext): Promise<[CallUser, CallUser]> {
  const { browsers, relay } = await startScene(context)
  const [ada, ben] = await CallUser.enterTwo(browsers, pages.urlOf('call', { relay: String(relay.addresses[0]) }))

  await ada.ring(ben, 'lunch?')
  await ben.isRungBy(ada)
  await ada.press('Cancel')
  await marks(ben, 1)

  return [ada, ben]
}

/** Waits until the page's title and the head of the log say that so many calls were missed and not looked at. */
async function marks ({ tab: { page } }: CallUser, count: number): Promise<void> {
  await expect.poll(async () => await page.title(), PATIENT).toBe(count === 0 ? 'Call' : `(${count}) Call`)
  await page.getByRole('heading', { name: count === 0 ? 'Calls' : `Calls ${count} missed`, exact: true }).waitFor()
}

/** What has the focus, by the name that it goes by. */
async function focused ({ tab }: CallUser): Promise<string | null | undefined> {
  return await tab.ask(() => document.activeElement?.getAttribute('aria-label'))
}

describe('the call log of examples/call', () => {
  it('says how many calls were missed until somebody looks, also after the page was loaded anew', async context => {
    const [ada, ben] = await enterTwoAndMiss(context)

    await ben.tab.page.reload()
    await ben.press('Enter')
    await marks(ben, 1)
    await ada.ring(ben, '')
    await ben.isRungBy(ada)
    await ada.press('Cancel')
    await marks(ben, 2)
    // who presses something else that is before the log does not look
    await ada.ring(ben, '')
    await ben.isRungBy(ada)
    await ben.press('Refuse')
    await ada.sees('Ben does not want to talk now.')
    await marks(ben, 2)
    await ben.tab.page.getByRole('heading', { name: 'Calls' }).click()
    await marks(ben, 0)
    expect(await ben.log()).toEqual(['Ada\nincoming, refused', 'Ada\nmissed', 'Ada\nmissed · “lunch?”'])
  })

  it('has a button to call back, which works by keyboard, and to come to it is to look', async context => {
    const [ada, ben] = await enterTwoAndMiss(context)
    const { keyboard } = ben.tab.page

    for (let presses = 0; presses < 20 && await focused(ben) !== 'Call Ada back'; presses += 1) {
      await keyboard.press('Tab')
    }

    expect(await focused(ben)).toBe('Call Ada back')
    await marks(ben, 0)
    await keyboard.press('Enter')
    await keyboard.type('I was out')
    await keyboard.press('Enter')
    await ada.isRungBy(ben)
    await ada.sees('I was out')
    await ada.press('Refuse')
    await ben.sees('Ada does not want to talk now.')
    expect(await ben.log()).toEqual(['Ada\noutgoing, refused · “I was out”', 'Ada\nmissed · “lunch?”'])
    // where one was before
    expect(await focused(ben)).toBe('Call Ada back')
  })

  it('calls nobody back who is gone, and says why, until that one is here again', async context => {
    const [ada, ben] = await enterTwoAndMiss(context)
    const { page } = ben.tab

    await ada.press('Leave')

    const callBack = page.getByRole('button', { name: 'Call Ada back', disabled: true })

    await callBack.waitFor()
    expect(await callBack.getAttribute('title')).toBe('Ada is not here now.')
    await callBack.focus()
    await page.keyboard.press('Enter')
    await ben.sees('Ada is not here now.')
    await ada.enter('office')
    await page.getByRole('button', { name: 'Call Ada back', disabled: false }).waitFor()
    expect(await focused(ben)).toBe('Call Ada back')
    await page.keyboard.press('Enter')
    await ben.press('Ring')
    await ada.isRungBy(ben)
  })
})
