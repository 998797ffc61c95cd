import { fileURLToPath } from 'node:url'
import { PATIENCE } from './patience.ts'
import { readLog } from './read-log.ts'
import { framesDecoded, seesPictures, watchConnections } from './watched-connections.ts'
import type { ChromiumTab } from './chromium.ts'
import type { Scene } from './scene.ts'

/** Where pictures of pages go: Git sees nothing of what is in there. */
const PICTURES = fileURLToPath(new URL('../../node_modules/.pictures/', import.meta.url))

const SIZES = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 }
}

/** Somebody with the page of `examples/call`, who does and sees what people do and see. */
export class CallUser {
  readonly tab: ChromiumTab
  readonly name: string

  private constructor (tab: ChromiumTab, name: string) {
    this.tab = tab
    this.name = name
  }

  /** Opens the page. */
  static async open (browsers: Scene['browsers'], url: string, name: string): Promise<CallUser> {
    return await CallUser.in(await browsers.open('chromium', url), name)
  }

  /** Somebody who has the page open in a tab. */
  static async in (tab: ChromiumTab, name: string): Promise<CallUser> {
    tab.page.setDefaultTimeout(PATIENCE)
    await tab.ask(watchConnections)
    // also when it is loaded anew
    await tab.page.addInitScript(watchConnections)

    return new CallUser(tab, name)
  }

  /** Opens the page for two who enter one room, and see each other. */
  static async enterTwo (browsers: Scene['browsers'], url: string): Promise<[CallUser, CallUser]> {
    const [ada, ben] = await Promise.all([CallUser.open(browsers, url, 'Ada'), CallUser.open(browsers, url, 'Ben')])

    await Promise.all([ada.enter('office'), ben.enter('office')])
    await Promise.all([ada.sees('Ben'), ben.sees('Ada')])

    return [ada, ben]
  }

  async enter (room: string): Promise<void> {
    const { page } = this.tab

    await page.getByLabel('Your name').fill(this.name)
    await page.getByLabel('Room').fill(room)
    await this.press('Enter')
    await page.getByRole('heading', { name: room }).waitFor()
  }

  /** Presses a button, which goes by that name for those who do not see it, too. */
  async press (button: string): Promise<void> {
    await this.tab.page.getByRole('button', { name: button, exact: true }).click()
  }

  /** Rings somebody in the room. */
  async ring ({ name }: Pick<CallUser, 'name'>, note: string): Promise<void> {
    await this.press(`Call ${name}`)
    await this.tab.page.getByLabel('What it is about, if you like').fill(note)
    await this.press('Ring')
  }

  /** Waits until a text can be seen. */
  async sees (text: string | RegExp): Promise<void> {
    await this.tab.page.getByText(text).filter({ visible: true }).first().waitFor()
  }

  /** Waits until a text can be seen nowhere any more. */
  async seesNoMore (text: string): Promise<void> {
    await this.tab.page.getByText(text).filter({ visible: true }).first().waitFor({ state: 'hidden' })
  }

  /** Waits until somebody rings. */
  async isRungBy ({ name }: Pick<CallUser, 'name'>): Promise<void> {
    await this.tab.page.getByRole('alertdialog', { name: `${name} is calling` }).waitFor()
  }

  /** What those hear who do not see the page: where the focus is, and what is said at once. */
  async hears (): Promise<{ focus: string | undefined, said: string }> {
    return await this.tab.ask(() => ({
      focus: document.activeElement?.closest('dialog')?.id,
      said: document.querySelector('[aria-live=assertive]')?.textContent ?? ''
    }))
  }

  /** Waits until the user is back in the room, and gives the call log, the newest first. */
  async log (): Promise<string[]> {
    await this.tab.page.getByRole('heading', { name: 'Calls' }).waitFor()

    return await readLog(this.tab)
  }

  /** How many pictures of others came in since the page was opened. */
  async framesDecoded (): Promise<number> {
    return await framesDecoded(this.tab)
  }

  /** Waits until pictures of the other come in, and more of them. */
  async seesPictures (): Promise<void> {
    await seesPictures(this.tab)
  }

  /**
   * Makes pictures of what is shown, as a phone and a desktop have it, light and dark, and says what does not fit, or has no name.
   *
   * @param screen - what the pictures are called
   */
  async misfits (screen: string): Promise<string[]> {
    const { page } = this.tab
    const found: string[] = []

    for (const [device, size] of Object.entries(SIZES)) {
      await page.setViewportSize(size)

      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.screenshot({ path: `${PICTURES}call-${screen}-${device}-${colorScheme}.png` })
      }

      const misfits = await this.tab.ask(() => [...document.querySelectorAll('button, input, select, h1, h2, p, li')]
        .filter(element => element.checkVisibility())
        .filter(element => {
          const { left, right, width } = element.getBoundingClientRect()

          return left < 0 || right > innerWidth || width === 0 || (element instanceof HTMLButtonElement && (element.ariaLabel ?? element.innerText) === '')
        })
        .map(element => element.outerHTML.slice(0, 80)))

      found.push(...misfits.map(misfit => `${screen}, ${device}: ${misfit}`))
    }

    return found
  }
}
