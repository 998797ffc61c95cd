import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { Browsers } from './browsers.ts'
import { CallUser } from './call-user.ts'
import { PagesServer } from './pages-server.ts'
import { PATIENCE, PATIENT } from './patience.ts'
import { pathOf } from './programs.ts'
import { startRelay } from './relay.ts'

// several such waits in one test
vi.setConfig({ testTimeout: 4 * PATIENCE })

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url))
const SHORT = ['screen-share', 'whiteboard', 'state-in-step']

// one of each for all tests of this file
const pages = await PagesServer.start(EXAMPLES)
const relay = await startRelay()
const browsers = new Browsers(program => { throw new Error(`there is no ${program} here`) })

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await browsers.takePictures(task.name)
  }

  if (browsers.complaints.length > 0) {
    throw new Error(`a page complained: ${browsers.complaints.splice(0).join('; ')}`)
  }
})

afterAll(async () => {
  await browsers[Symbol.asyncDispose]()
  await relay.stop()
  await pages[Symbol.asyncDispose]()
})

/** Opens the page of an example for two, who give themselves names and see each other. */
async function openTwo (example: string, button: string): Promise<[CallUser, CallUser]> {
  const url = pages.urlOf(example, { relay: String(relay.addresses[0]) })
  const users: [CallUser, CallUser] = [await CallUser.open(browsers, url, 'Ada'), await CallUser.open(browsers, url, 'Ben')]

  await Promise.all(users.map(async ({ tab, name }) => tab.page.getByLabel('Your name').fill(name)))
  await Promise.all([users[0].sees(`${button} Ben`), users[1].sees(`${button} Ada`)])

  return users
}

/** Two who have a session: the first has invited the other. */
async function startTwo (example: string, button: string): Promise<[CallUser, CallUser]> {
  const [ada, ben] = await openTwo(example, button)

  await ada.press(`${button} Ben`)
  await ben.press('Accept')
  await Promise.all([ada.sees('Ben '), ben.sees('Ada ')])

  return [ada, ben]
}

/** Whether something is drawn at a place of a user's board. */
async function isDrawn ({ tab }: CallUser, x: number, y: number): Promise<boolean> {
  return await tab.ask(([across, down]) => {
    const [, , , alpha = 0] = document.querySelector('canvas')?.getContext('2d')?.getImageData(across, down, 1, 1).data ?? []

    return alpha > 0
  }, [x, y] as const)
}

describe.skipIf(pathOf('chromium without a window') == null)('two who have the page of', () => {
  it('examples/screen-share: one shows a screen to the other, who sees it until one of them ends it', async () => {
    const [ada, ben] = await openTwo('screen-share', 'Show your screen to')

    await ada.press('Show your screen to Ben')
    await ben.sees('Ada wants to show you a screen.')
    await ben.press('Refuse')
    await ada.sees('Ben said no.')

    for (const [ends, hears] of [[ben, ada], [ada, ben]] as const) {
      const before = await ben.framesDecoded()

      await ada.press('Show your screen to Ben')
      await ben.press('Accept')
      await Promise.all([ada.sees('Ben can see your screen.'), ben.sees('Ada shows you a screen.')])
      await expect.poll(async () => await ben.framesDecoded(), PATIENT).toBeGreaterThan(before + 5)
      await ends.press('Stop')
      await Promise.all([ends.sees('You ended it.'), hears.sees(`${ends.name} ended it.`)])
      await ben.tab.page.locator('video').waitFor({ state: 'hidden' })
    }

    await ada.press('Show your screen to Ben')
    await ben.sees('Ada wants to show you a screen.')
    await ada.press('Stop')
    await ada.sees('Ben is not asked any more.')
    await ben.tab.page.getByRole('button', { name: 'Accept' }).waitFor({ state: 'hidden' })
  })

  it('examples/whiteboard: what one draws by mouse or keys is on the board of the other, both ways', async () => {
    const [ada, ben] = await startTwo('whiteboard', 'Draw with')
    const board = ada.tab.page.getByLabel('Whiteboard')
    const { mouse } = ada.tab.page
    const scale = await ada.tab.ask(() => (document.querySelector('canvas')?.clientWidth ?? 0) / 800)

    expect(await isDrawn(ben, 200, 150)).toBe(false)
    await board.hover({ position: { x: 100 * scale, y: 150 * scale } })
    await mouse.down()
    await board.hover({ position: { x: 300 * scale, y: 150 * scale } })
    await mouse.up()
    await expect.poll(async () => await isDrawn(ben, 200, 150), PATIENT).toBe(true)
    await board.click({ position: { x: 500 * scale, y: 150 * scale } })
    await expect.poll(async () => await isDrawn(ben, 500, 150), PATIENT).toBe(true)

    await ben.tab.page.getByLabel('Whiteboard').focus()
    await ben.tab.page.keyboard.press('ArrowRight')
    await expect.poll(async () => await isDrawn(ada, 405, 300), PATIENT).toBe(true)
    // each has the other's and the own
    expect([await isDrawn(ada, 200, 150), await isDrawn(ben, 405, 300)]).toEqual([true, true])
    expect(await isDrawn(ada, 600, 450)).toBe(false)
    await ada.press('Stop')
    await ben.sees('Ada ended it.')
  })

  it('examples/state-in-step: both change the board at once, and it ends the same on both sides', async () => {
    const users = await startTwo('state-in-step', 'Play with')
    const presses = 48

    await Promise.all(users.map(async ({ tab }) => tab.ask(() => {
      let changes = 0

      new MutationObserver(records => {
        changes += records.length
        document.body.dataset['changes'] = String(changes)
      }).observe(document.querySelector('#board button') ?? document.body, { attributes: true })
    })))
    await Promise.all(users.map(async ({ tab }, index) => tab.ask(async ([count, stride]) => {
      const fields = document.querySelectorAll<HTMLButtonElement>('#board button')

      for (let press = 0; press < count; press += 1) {
        fields[press * stride % fields.length]?.click()
        await new Promise(resolve => { setTimeout(resolve) })
      }
    }, [presses, [5, 11][index] ?? 1] as const)))

    // each change shows on the board
    for (const { tab } of users) {
      await expect.poll(async () => await tab.ask(() => Number(document.body.dataset['changes'])), PATIENT).toBe(2 * presses)
    }

    const [ofAda, ofBen] = await Promise.all(users.map(async ({ tab }) => tab.ask(() =>
      [...document.querySelectorAll('#board button')].map(({ textContent }) => textContent))))

    expect(ofAda).toHaveLength(16)
    expect(ofAda).toEqual(ofBen?.map(field => field.replace(/yours|theirs/, whose => whose === 'yours' ? 'theirs' : 'yours')))
    await users[0].press('Stop')
    await users[1].sees('Ada ended it.')
  })

  it('examples/whiteboard, and of no relay: they read that none is known', async () => {
    const user = await CallUser.open(browsers, pages.urlOf('whiteboard'), 'Ada')

    await user.sees('This page knows no relay, so it cannot find anybody. Serve it by its npm script')
    // the browser says so on the console, too
    expect(user.tab.complaints.splice(0)).toContainEqual(expect.stringContaining('knows no relay'))
  })
})

describe('each of the examples', () => {
  it.each(['call', 'lobby', ...SHORT])('has of others only what pages have in common: examples/%s', example => {
    const taken = globSync(`${EXAMPLES}${example}/*.{ts,html}`)
      .flatMap(file => Array.from(readFileSync(file, 'utf8').matchAll(/(?:from '|href="|src=")\.\.\/([\w-]+)\//g), ([, folder]) => folder))

    expect(taken).not.toEqual([])
    expect(taken.filter(folder => folder !== 'page' && folder !== 'lobby')).toEqual([])
  })

  it.each(SHORT)('has, if it is short, fewer than 80 lines of its own: examples/%s', example => {
    const files = globSync(`${EXAMPLES}${example}/*`)
    const lines = files.flatMap(file => readFileSync(file, 'utf8').split('\n')).filter(line => line.trim() !== '')

    expect(files).toHaveLength(2)
    expect(lines.length).toBeLessThan(80)
  })
})
