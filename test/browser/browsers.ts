import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Chromium } from './chromium.ts'
import { pathOf } from './programs.ts'
import { PuppeteerBrowser } from './puppeteer-browser.ts'
import { VirtualDisplay } from './virtual-display.ts'
import type { ChromiumTab } from './chromium.ts'
import type { VirtualHost } from './virtual-host.ts'
import type { ProgramName } from './programs.ts'
import type { PuppeteerTab } from './puppeteer-tab.ts'
import type { Browser, Tab } from './tab.ts'

/** Where pictures of pages go: Git sees nothing of what is in there. */
const PICTURES = fileURLToPath(new URL('../../node_modules/.pictures/', import.meta.url))

export interface BrowserTabs {
  /** Without a window, each page for a user of its own; driven by Playwright. */
  'chromium': ChromiumTab
  /** With one window on a screen that nobody sees, in which the page that was opened last hides the others; driven by Puppeteer. */
  'chromium in a window': PuppeteerTab
  /** Without a window; driven by Puppeteer. */
  'firefox': PuppeteerTab
}

/** The browsers of one test. Each is launched when its first page is opened. */
export class Browsers implements AsyncDisposable {
  readonly #whenAbsent: (program: ProgramName) => never
  readonly #launched = new Map<keyof BrowserTabs | VirtualHost, Promise<Browser>>()
  readonly #expected: string[] = []
  readonly #tabs: Tab[] = []
  readonly #ends = new AsyncDisposableStack()

  /** @param whenAbsent - is told of a program that is needed and not installed, and ends the test */
  constructor (whenAbsent: (program: ProgramName) => never) {
    this.#whenAbsent = whenAbsent
  }

  /** Opens a page. */
  async open<Name extends keyof BrowserTabs> (name: Name, url: string): Promise<BrowserTabs[Name]> {
    const launched = this.#launched.get(name) ?? this.#launch(name)

    this.#launched.set(name, launched)

    // each browser opens tabs of its own kind; the map of them cannot say so
    return await this.#openIn(launched, url) as BrowserTabs[Name]
  }

  /** Opens a page of Chromium, without a window, that runs on a host of a virtual network. */
  async openIn (host: VirtualHost, url: string): Promise<ChromiumTab> {
    const launched = this.#launched.get(host) ?? this.#launchIn(host)

    this.#launched.set(host, launched)

    return await this.#openIn(launched, url) as ChromiumTab
  }

  /** What all pages complained of, but for what is to be expected. */
  get complaints (): string[] {
    return this.#tabs.flatMap(({ complaints }) => complaints).filter(complaint => !this.#expected.some(part => complaint.includes(part)))
  }

  /** Pages may complain, from the beginning to the end, of what has this text in it. */
  expect (part: string): void {
    this.#expected.push(part)
  }

  async takePictures (testName: string): Promise<void> {
    await mkdir(PICTURES, { recursive: true })

    // one after another: of those in one window only one can be seen at a time
    for (const [index, tab] of this.#tabs.entries()) {
      await tab.picture(`${PICTURES}${testName.replaceAll(/\W+/g, '-')}-${index}.png`).catch(() => {})
    }
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    await this.#ends.disposeAsync()
  }

  async #openIn (launched: Promise<Browser>, url: string): Promise<Tab> {
    const tab = await (await launched).open(url)

    this.#tabs.push(tab)

    return tab
  }

  async #launchIn (host: VirtualHost): Promise<Browser> {
    return this.#ends.use(await Chromium.launch(await host.entering(this.#path('chromium without a window'))))
  }

  async #launch (name: keyof BrowserTabs): Promise<Browser> {
    switch (name) {
      case 'chromium':
        return this.#ends.use(await Chromium.launch(this.#path('chromium without a window')))
      case 'firefox':
        return this.#ends.use(await PuppeteerBrowser.firefox(this.#path('firefox')))
      case 'chromium in a window': {
        const display = this.#ends.use(await VirtualDisplay.start(this.#path('Xvfb')))

        return this.#ends.use(await PuppeteerBrowser.chromiumInWindow(this.#path('chromium'), display.name))
      }
    }
  }

  #path (program: ProgramName): string {
    return pathOf(program) ?? this.#whenAbsent(program)
  }
}
