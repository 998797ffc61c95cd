import type { Relay } from '../../src/relay/index.ts'
import type { PagesServer } from './pages-server.ts'
import type { RingPage } from './pages/ring/ring-page.ts'
import type { Tab } from './tab.ts'

/** A peer in a page, as a test sees it. */
export class RingingPeer {
  readonly tab: Tab
  readonly peerId: string

  private constructor (tab: Tab, peerId: string) {
    this.tab = tab
    this.peerId = peerId
  }

  /** Where the page is that has the peer. */
  static urlOf (pages: PagesServer, relay: Relay): string {
    return pages.urlOf('ring', { relay: String(relay.addresses[0]) })
  }

  /** The peer in a tab, when it can be reached. */
  static async in (tab: Tab): Promise<RingingPeer> {
    return new RingingPeer(tab, await tab.ask(async () => (await window.ringPage).peerId))
  }

  /** Whom it sees, by peer id. */
  async present (): Promise<string[]> {
    return await this.tab.ask(async () => (await window.ringPage).present())
  }

  /** What happened to its invitations. */
  async heard (): Promise<RingPage['heard']> {
    return await this.tab.ask(async () => (await window.ringPage).heard)
  }

  /** Whether its page can be seen. */
  async isHidden (): Promise<boolean> {
    return await this.tab.ask(() => document.visibilityState === 'hidden')
  }

  async invite ({ peerId }: RingingPeer, content: string): Promise<void> {
    await this.tab.ask(async ([peer, what]) => { await (await window.ringPage).invite(peer, what) }, [peerId, content] as const)
  }

  async accept (response: string): Promise<void> {
    await this.tab.ask(async what => { await (await window.ringPage).accept(what) }, response)
  }
}
