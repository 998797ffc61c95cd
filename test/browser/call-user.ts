import { fileURLToPath } from 'node:url'
import type { ChromiumTab } from './chromium.ts'
import type { Scene } from './scene.ts'

/** How long anything between browsers may take on a busy machine, milliseconds: far longer than it needs. */
export const PATIENCE = 45_000

/** Where pictures of pages go: Git sees nothing of what is in there. */
const PICTURES = fileURLToPath(new URL('../../node_modules/.pictures/', import.meta.url))

const SIZES = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 }
}

declare global {
  interface Window {
    /** All peer connections that the page made since it was watched. */
    watched?: RTCPeerConnection[]
  }
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
    const tab = await browsers.open('chromium', url)

    tab.page.setDefaultTimeout(PATIENCE)
    await tab.ask(() => {
      const watched: RTCPeerConnection[] = []

      window.watched = watched
      window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor (configuration?: RTCConfiguration) {
          super(configuration)
          watched.push(this)
        }
      }
    })

    return new CallUser(tab, name)
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
  async ring ({ name }: CallUser, note: string): Promise<void> {
    await this.press(`Call ${name}`)
    await this.tab.page.getByLabel('What it is about, if you like').fill(note)
    await this.press('Ring')
  }

  /** Waits until a text can be seen. */
  async sees (text: string): Promise<void> {
    await this.tab.page.getByText(text).filter({ visible: true }).first().waitFor()
  }

  /** Waits until somebody rings. */
  async isRungBy ({ name }: CallUser): Promise<void> {
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
    const { page } = this.tab

    await page.getByRole('heading', { name: 'Calls' }).waitFor()

    return await page.locator('#call-log .text').allInnerTexts()
  }

  /** How many pictures of others came in since the page was opened. */
  async framesDecoded (): Promise<number> {
    return await this.tab.ask(async () => {
      let frames = 0

      for (const connection of window.watched ?? []) {
        for (const { framesDecoded = 0 } of (await connection.getStats()).values() as Iterable<{ framesDecoded?: number }>) {
          frames += framesDecoded
        }
      }

      return frames
    })
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
