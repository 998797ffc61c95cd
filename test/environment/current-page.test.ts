// the tests make up pages, which they can where there is none: in Node
import 'node:process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { currentPage } from '../../src/environment/page-lifecycle.ts'

describe('the page that the code runs in', () => {
  afterEach(() => { vi.unstubAllGlobals() })

  it('is not to be found where there is a window without a document', () => {
    vi.stubGlobal('window', new EventTarget())
    expect(currentPage()).toBe(undefined)
  })

  it('is found by its window and its document', () => {
    const [window, document] = [new EventTarget(), new EventTarget()]

    vi.stubGlobal('window', window)
    vi.stubGlobal('document', document)
    expect(currentPage()).toEqual({ window, document })
  })
})
