import { fileURLToPath } from 'node:url'
import { launch } from 'puppeteer-core'
import { CHROMIUM_ARGUMENTS } from './chromium-arguments.ts'
import { PuppeteerTab } from './puppeteer-tab.ts'
import type { Browser as DrivenBrowser } from 'puppeteer-core'
import type { Browser } from './tab.ts'

/** Milliseconds that a browser may take to start, or to answer, on a busy machine. */
const PATIENCE = 60_000

/** What Puppeteer turns off in Chromium, and what hidden tabs are tested for. */
const FOR_VISIBLE_TABS = ['--disable-backgrounding-occluded-windows', '--disable-background-timer-throttling', '--disable-renderer-backgrounding']

/** The timers of a hidden page run once a minute within a minute: otherwise that may begin after five. */
const SOON_THROTTLED = '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/10'

/** Camera and microphone that are made up and may be used unasked, loopback addresses for direct connections, and none hidden behind a name. */
const FIREFOX_PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0
}

/** A browser that Puppeteer drives, where Playwright cannot. It ends with the process that launched it, however that ends. */
export class PuppeteerBrowser implements Browser {
  readonly #browser: DrivenBrowser

  private constructor (browser: DrivenBrowser) {
    this.#browser = browser
  }

  /** Firefox as it is installed, over WebDriver BiDi: Playwright drives none but its own. */
  static async firefox (executablePath: string): Promise<PuppeteerBrowser> {
    return new PuppeteerBrowser(await launch({
      browser: 'firefox',
      executablePath: process.execPath,
      ignoreDefaultArgs: true,
      args: [fileURLToPath(new URL('leashed-process.ts', import.meta.url)), executablePath, '--headless', '--no-remote', 'about:blank'],
      extraPrefsFirefox: FIREFOX_PREFERENCES,
      timeout: PATIENCE,
      protocolTimeout: PATIENCE
    }))
  }

  /**
   * Chromium in a window with one tab before the others, which are hidden. Without a window none ever is, nor under Playwright,
   * which makes every tab believe that it is looked at.
   *
   * @param display - of the X server that has the window
   */
  static async chromiumInWindow (executablePath: string, display: string): Promise<PuppeteerBrowser> {
    return new PuppeteerBrowser(await launch({
      executablePath,
      pipe: true,
      headless: false,
      args: [...CHROMIUM_ARGUMENTS, SOON_THROTTLED],
      ignoreDefaultArgs: FOR_VISIBLE_TABS,
      env: { ...process.env, DISPLAY: display },
      timeout: PATIENCE,
      protocolTimeout: PATIENCE
    }))
  }

  /** Opens a page in a tab of its own, before all others. */
  async open (url: string): Promise<PuppeteerTab> {
    const tab = new PuppeteerTab(await this.#browser.newPage())

    await tab.page.goto(url)

    return tab
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    await this.#browser.close()
  }
}
