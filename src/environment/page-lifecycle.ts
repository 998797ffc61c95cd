/** A page, as far as its lifecycle goes: of a browser's own `window` and `document`, this is used. */
export interface Page {
  readonly window: EventTarget
  readonly document: EventTarget & { readonly visibilityState: string }
}

/** What is done about what happens to the page. Each runs within the event itself, so that a goodbye can be said there. */
export interface PageHandlers {
  /**
   * The page goes away, for good or into the cache of pages to go back to. Until it is restored, no other handler is
   * called: what a browser tells about a page that has gone away is nothing to act on.
   */
  leaving(): void
  /** The page is back from that cache, with all its state; its connections are broken. */
  restored(): void
  /** The page cannot be seen: soon its timers will fire once a minute only. */
  hidden(): void
  visible(): void
  /** The page runs again after it had been stopped altogether, though it stayed open. */
  resumed(): void
  /** The machine has no network, so the browser says. Connections are not closed by it. */
  offline(): void
  online(): void
}

/** The page that this code runs in; undefined in Node and in workers, which have none. */
export function currentPage (): Page | undefined {
  const { window, document }: { window?: Window, document?: Document } = globalThis

  return window == null || document == null ? undefined : { window, document }
}

/** The life of one's own page, if one runs in a page. */
export class PageLifecycle {
  readonly #page: Page | undefined

  constructor (page: Page | undefined) {
    this.#page = page
  }

  /** Whether this is a page that cannot be seen. */
  get isHidden (): boolean {
    return this.#page?.document.visibilityState === 'hidden'
  }

  /** Calls the handlers until the signal aborts. */
  start (handlers: Partial<PageHandlers>, signal: AbortSignal): void {
    if (this.#page == null) {
      return
    }

    const { window, document } = this.#page
    let hasLeft = false

    const on = (target: EventTarget, type: string, handle: () => void): void => {
      target.addEventListener(type, () => {
        if (!hasLeft) {
          handle()
        }
      }, { signal })
    }

    on(window, 'pagehide', () => {
      hasLeft = true
      handlers.leaving?.()
    })

    window.addEventListener('pageshow', (event) => {
      // it comes when a page is loaded, too
      if ('persisted' in event && event.persisted === true) {
        hasLeft = false
        handlers.restored?.()
      }
    }, { signal })

    on(document, 'visibilitychange', () => {
      if (this.isHidden) {
        handlers.hidden?.()
      } else {
        handlers.visible?.()
      }
    })
    on(document, 'resume', () => { handlers.resumed?.() })
    on(window, 'offline', () => { handlers.offline?.() })
    on(window, 'online', () => { handlers.online?.() })
  }
}
