import { chromium } from 'playwright'
import { CHROMIUM_ARGUMENTS } from './chromium-arguments.ts'
import type { Browser as PlaywrightBrowser, Page } from 'playwright'
import type { Browser, PicturePath, Tab } from './tab.ts'

/** Chromium without a window. It ends with the process that launched it, however that ends. */
export class Chromium implements Browser {
  readonly #browser: PlaywrightBrowser

  private constructor (browser: PlaywrightBrowser) {
    this.#browser = browser
  }

  static async launch (executablePath: string): Promise<Chromium> {
    return new Chromium(await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS }))
  }

  /** Opens a page for a user of its own, who lets it use camera and microphone, and wants nothing to move that need not: what is stored is shared with no other page. */
  async open (url: string): Promise<ChromiumTab> {
    const context = await this.#browser.newContext({ permissions: ['camera', 'microphone'], reducedMotion: 'reduce' })
    const tab = new ChromiumTab(await context.newPage())

    await tab.page.goto(url)

    return tab
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    await this.#browser.close()
  }
}

export class ChromiumTab implements Tab {
  readonly complaints: string[] = []
  /** All that Playwright can do with it. */
  readonly page: Page

  constructor (page: Page) {
    this.page = page
    page.on('console', message => {
      if (message.type() === 'error') {
        this.complaints.push(message.text())
      }
    })
    page.on('pageerror', error => { this.complaints.push(String(error)) })
  }

  async ask<Answer, Argument> (question: (argument: Argument) => Answer | Promise<Answer>, argument?: Argument): Promise<Answer> {
    return await this.page.evaluate(question as (argument: unknown) => Answer | Promise<Answer>, argument as unknown)
  }

  async picture (path: PicturePath): Promise<void> {
    await this.page.screenshot({ path })
  }

  async close (): Promise<void> {
    await this.page.close({ runBeforeUnload: false })
  }
}
