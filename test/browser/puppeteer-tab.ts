import type { Page } from 'puppeteer-core'
import type { PicturePath, Tab } from './tab.ts'

export class PuppeteerTab implements Tab {
  readonly complaints: string[] = []
  /** All that Puppeteer can do with it. */
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
    return await this.page.evaluate(question as (argument: unknown) => Answer | Promise<Answer>, argument)
  }

  async picture (path: PicturePath): Promise<void> {
    // there is none of what is hidden
    await this.page.bringToFront()
    await this.page.screenshot({ path })
  }

  async close (): Promise<void> {
    await this.page.close()
  }
}
