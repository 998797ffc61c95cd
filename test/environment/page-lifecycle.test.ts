import { beforeEach, describe, expect, it } from 'vitest'
import { currentPage, PageLifecycle } from '../../src/environment/page-lifecycle.ts'
import type { PageHandlers } from '../../src/environment/page-lifecycle.ts'

class TestDocument extends EventTarget {
  visibilityState = 'visible'
}

describe('the life of a page', () => {
  let window: EventTarget
  let document: TestDocument
  let told: string[]
  let run: AbortController
  let page: PageLifecycle
  let handlers: PageHandlers

  beforeEach(() => {
    window = new EventTarget()
    document = new TestDocument()
    told = []
    run = new AbortController()
    page = new PageLifecycle({ window, document })
    handlers = {
      leaving: () => { told.push('leaving') },
      restored: () => { told.push('restored') },
      hidden: () => { told.push('hidden') },
      visible: () => { told.push('visible') },
      resumed: () => { told.push('resumed') },
      offline: () => { told.push('offline') },
      online: () => { told.push('online') }
    }
    page.start(handlers, run.signal)
  })

  function transition (type: 'pagehide' | 'pageshow', persisted: boolean): void {
    window.dispatchEvent(Object.assign(new Event(type), { persisted }))
  }

  function show (visibilityState: 'visible' | 'hidden'): void {
    document.visibilityState = visibilityState
    document.dispatchEvent(new Event('visibilitychange'))
  }

  it('is told within the events themselves', () => {
    // `told` is looked at before any promise could have settled
    show('hidden')
    expect(told).toEqual(['hidden'])
    document.dispatchEvent(new Event('freeze'))
    expect(told).toEqual(['hidden'])
    document.dispatchEvent(new Event('resume'))
    show('visible')
    window.dispatchEvent(new Event('offline'))
    window.dispatchEvent(new Event('online'))
    transition('pagehide', false)
    expect(told).toEqual(['hidden', 'resumed', 'visible', 'offline', 'online', 'leaving'])
  })

  it('is told of nothing when the page is loaded', () => {
    transition('pageshow', false)
    expect(told).toEqual([])
  })

  it.each([false, true])('ends when the page goes away (to be kept: %s), whatever the browser says after it', (persisted) => {
    transition('pagehide', persisted)
    show('hidden')
    document.dispatchEvent(new Event('freeze'))
    window.dispatchEvent(new Event('offline'))
    transition('pagehide', persisted)
    expect(told).toEqual(['leaving'])
  })

  it('goes on when one goes back to the page', () => {
    transition('pagehide', true)
    show('hidden')
    document.dispatchEvent(new Event('freeze'))
    document.dispatchEvent(new Event('resume'))
    show('visible')
    transition('pageshow', true)
    show('hidden')
    transition('pagehide', true)
    transition('pageshow', true)
    expect(told).toEqual(['leaving', 'restored', 'hidden', 'leaving', 'restored'])
  })

  it('shows whether the page is hidden', () => {
    expect(page.isHidden).toBe(false)
    show('hidden')
    expect(page.isHidden).toBe(true)
    expect(new PageLifecycle({ window, document }).isHidden).toBe(true)
  })

  it('is told no more once the run has ended', () => {
    run.abort()
    show('hidden')
    document.dispatchEvent(new Event('freeze'))
    document.dispatchEvent(new Event('resume'))
    window.dispatchEvent(new Event('offline'))
    window.dispatchEvent(new Event('online'))
    transition('pagehide', true)
    transition('pageshow', true)
    expect(told).toEqual([])
  })

  it('is never told of where there is no page', () => {
    const nowhere = new PageLifecycle(undefined)

    nowhere.start(handlers, run.signal)
    expect(nowhere.isHidden).toBe(false)
  })
})

describe('the page that the code runs in', () => {
  it('is that of the browser, and not to be found in Node', () => {
    expect(currentPage()).toEqual('window' in globalThis ? { window, document } : undefined)
  })
})
