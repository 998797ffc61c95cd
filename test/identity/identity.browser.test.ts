import { afterEach, describe, expect, it } from 'vitest'
import { keepIdentity } from '../../src/identity/index.ts'
import { currentTab } from '../../src/identity/tab.ts'
import type { Identity } from '../../src/identity/index.ts'

/** Each test has devices of its own. */
let tests = 0
let name = ''

const frames = new Set<HTMLIFrameElement>()
/** Those of this page itself. */
const identities = new Set<Identity>()

afterEach(async () => {
  await Promise.all([...identities].map(async identity => identity.release()))
  identities.clear()

  for (const frame of frames) {
    closeTab(frame)
  }
})

/** A document of its own that shares this one's locks and databases, as another tab does. */
function openTab (): HTMLIFrameElement {
  const frame = document.createElement('iframe')

  document.body.append(frame)
  frames.add(frame)

  return frame
}

/** The browser takes away what the document held. */
function closeTab (frame: HTMLIFrameElement): void {
  frame.remove()
  frames.delete(frame)
}

/** As if this code ran in the frame, whose locks are those that it takes there. Session storage is this page's. */
async function keep (frame?: HTMLIFrameElement, isReloaded: boolean = false): Promise<Identity> {
  const { locks, session, openDatabase } = currentTab()
  const identity = await keepIdentity({ name }, undefined, {
    locks: frame == null ? locks : frame.contentWindow!.navigator.locks,
    session: isReloaded ? session : undefined,
    openDatabase
  })

  if (frame == null) {
    identities.add(identity)
  }

  return identity
}

describe('an identity in a real browser', () => {
  it('is the same after it was released', async () => {
    name = `test-${tests++}`

    const before = await keepIdentity({ name })

    await before.release()

    const after = await keepIdentity({ name })

    await after.release()
    expect([before.isKept, before.device, after.isKept, after.device]).toEqual([true, 0, true, 0])
    expect(after.privateKey.equals(before.privateKey)).toBe(true)
  })

  it('is another one in each tab, until that is closed', async () => {
    name = `test-${tests++}`

    const tabs = [openTab(), openTab()]
    const [first, second] = await Promise.all(tabs.map(async tab => keep(tab)))
    const own = await keep()

    expect(new Set([first, second, own].map(identity => identity?.device))).toEqual(new Set([0, 1, 2]))

    closeTab(tabs[0]!)

    await expect.poll(async () => {
      const { held = [] } = await navigator.locks.query()

      return held.filter(lock => lock.name?.startsWith(`${name}/`)).length
    }).toBe(2)

    const next = await keep()

    expect(next.device).toBe(first!.device)
    expect(next.privateKey.equals(first!.privateKey)).toBe(true)
  })

  it('is the same after a reload, though the old document is still there for a moment', async () => {
    name = `test-${tests++}`

    const old = openTab()
    const before = await keep(old, true)
    const loading = keep(undefined, true)

    await expect.poll(async () => (await navigator.locks.query()).pending?.map(lock => lock.name)).toContain(`${name}/device/0`)
    closeTab(old)

    const after = await loading

    expect(after.device).toBe(0)
    expect(after.privateKey.equals(before.privateKey)).toBe(true)
  })

  it('is another one in a tab that was duplicated', async () => {
    name = `test-${tests++}`

    const original = await keep(openTab(), true)
    const copy = await keep(undefined, true)

    expect([original.device, copy.device]).toEqual([0, 1])
  })
})
