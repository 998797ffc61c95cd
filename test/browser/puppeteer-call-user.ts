import { vi } from 'vitest'
import { PATIENCE, PATIENT } from './patience.ts'
import { readLog } from './read-log.ts'
import { seesPictures, watchConnections } from './watched-connections.ts'
import type { CallUser } from './call-user.ts'
import type { PuppeteerTab } from './puppeteer-tab.ts'

type Named = Pick<CallUser, 'name'>

/** Somebody with the page of `examples/call` in a browser that Puppeteer drives: as a `CallUser`. */
export class PuppeteerCallUser {
  readonly tab: PuppeteerTab
  readonly name: string

  private constructor (tab: PuppeteerTab, name: string) {
    this.tab = tab
    this.name = name
  }

  /** Somebody who has the page open in a tab. */
  static async in (tab: PuppeteerTab, name: string): Promise<PuppeteerCallUser> {
    tab.page.setDefaultTimeout(PATIENCE)
    await tab.ask(watchConnections)

    return new PuppeteerCallUser(tab, name)
  }

  async enter (room: string): Promise<void> {
    await this.#fill('Your name', this.name)
    await this.#fill('Room', room)
    await this.press('Enter')
    await this.sees(`You are ${this.name}`)
  }

  /** Presses a button, which goes by that name for those who do not see it, too. */
  async press (button: string): Promise<void> {
    await this.tab.page.locator(`::-p-aria([name="${button}"][role="button"])`).click()
  }

  /** Rings somebody in the room. */
  async ring ({ name }: Named, note: string): Promise<void> {
    await this.press(`Call ${name}`)
    await this.#fill('What it is about, if you like', note)
    await this.press('Ring')
  }

  /** Waits until a text can be seen. */
  async sees (text: string): Promise<void> {
    await vi.waitFor(async () => {
      if (!(await this.tab.ask(() => document.body.innerText)).includes(text)) {
        throw new Error(`“${text}” cannot be seen`)
      }
    }, PATIENT)
  }

  /** Waits until somebody rings. The page's title says so, too, for those who look at another. */
  async isRungBy ({ name }: Named): Promise<void> {
    await this.sees(`${name} is calling`)
    await vi.waitFor(async () => {
      const title = await this.tab.page.title()

      if (title !== `${name} is calling`) {
        throw new Error(`the page's title is “${title}”`)
      }
    }, PATIENT)
  }

  /** The call log, the newest first. */
  async log (): Promise<string[]> {
    return await readLog(this.tab)
  }

  /** Waits until pictures of the other come in, and more of them. */
  async seesPictures (): Promise<void> {
    await seesPictures(this.tab)
  }

  async #fill (label: string, text: string): Promise<void> {
    await this.tab.page.locator(`::-p-aria([name="${label}"][role="textbox"])`).fill(text)
  }
}
