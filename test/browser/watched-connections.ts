import { vi } from 'vitest'
import { PATIENT } from './patience.ts'
import type { Tab } from './tab.ts'

declare global {
  interface Window {
    /** All peer connections that the page made since it was loaded. */
    watched?: RTCPeerConnection[]
  }
}

/** Has the page in which it runs keep its peer connections where they can be asked. */
export function watchConnections (): void {
  const watched: RTCPeerConnection[] = []

  window.watched = watched
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor (configuration?: RTCConfiguration) {
      super(configuration)
      watched.push(this)
    }
  }
}

/** How many pictures of others came in by the connections of a page that keeps them. */
export async function framesDecoded (tab: Tab): Promise<number> {
  return await tab.ask(async () => {
    let frames = 0

    for (const connection of window.watched ?? []) {
      for (const { framesDecoded: decoded = 0 } of (await connection.getStats()).values() as Iterable<{ framesDecoded?: number }>) {
        frames += decoded
      }
    }

    return frames
  })
}

/** Waits until pictures of others come in, and more of them. */
export async function seesPictures (tab: Tab): Promise<void> {
  const before = await framesDecoded(tab)

  await vi.waitFor(async () => {
    const frames = await framesDecoded(tab)

    if (frames <= before + 5) {
      throw new Error(`no pictures come in: ${before} at first, ${frames} now`)
    }
  }, PATIENT)
}
