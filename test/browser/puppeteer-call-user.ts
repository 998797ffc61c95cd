import { expect } from 'vitest'
import { PATIENCE, PATIENT } from './call-user.ts'
import { framesDecoded, watchConnections } from './watched-connections.ts'
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
    await expect.poll(async () => await this.tab.ask(() => document.body.innerText), PATIENT).toContain(text)
  }

  /** Waits until somebody rings. The page's title says so, too, for those who look at another. */
  async isRungBy ({ name }: Named): Promise<void> {
    await this.sees(`${name} is calling`)
    expect(await this.tab.page.title()).toBe(`${name} is calling`)
  }

  /** The call log, the newest first. */
  async log (): Promise<string[]> {
    return await this.tab.ask(() => [...document.querySelectorAll<HTMLElement>('#call-log .text')].map(({ innerText }) => innerText))
  }

  /** Waits until pictures of the other come in, and more of them. */
  async seesPictures (): Promise<void> {
    const before = await framesDecoded(this.tab)

    await expect.poll(async () => await framesDecoded(this.tab), PATIENT).toBeGreaterThan(before + 5)
  }

  async #fill (label: string, text: string): Promise<void> {
    await this.tab.page.locator(`::-p-aria([name="${label}"][role="textbox"])`).fill(text)
  }
}
