import { beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeGossip, readSignedRecord } from '../../src/presence/record/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { allSeeAll, eventually, roster, startNode } from './nodes.ts'
import type { Node } from './nodes.ts'
import type { PresenceRecord } from '../../src/presence/record/index.ts'
import type { GossipsubMessage } from '@libp2p/gossipsub'

/** A document that a test hides and shows. */
class HandMovedDocument extends EventTarget {
  visibilityState = 'visible'
}

describe('a page', { timeout: 120_000 }, () => {
  let environment: HandMovedEnvironment
  let page: { window: EventTarget, document: HandMovedDocument }
  let tab: Node
  let neighbour: Node
  let far: Node
  let departures: string[]

  beforeEach(async () => {
    environment = new HandMovedEnvironment()
    page = { window: new EventTarget(), document: new HandMovedDocument() }
    tab = await startNode({ environment, page })
    neighbour = await startNode({ environment })
    far = await startNode({ environment })
    await tab.dial(neighbour.getMultiaddrs())
    await far.dial(neighbour.getMultiaddrs())
    await allSeeAll([tab, neighbour, far], environment)
    departures = []
    far.services.presence.addEventListener('peer:offline', ({ detail: { peer, reason } }) => {
      departures.push(`${peer.equals(tab.peerId) ? 'tab' : 'neighbour'} ${reason}`)
    })
  })

  /** The records of the tab that get to its neighbour from now on. */
  function recordsOfTab (): PresenceRecord[] {
    const records: PresenceRecord[] = []

    neighbour.services.pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }: CustomEvent<GossipsubMessage>) => {
      const gossip = decodeGossip(msg.data)

      if (msg.type === 'signed' && msg.from.equals(tab.peerId) && 'record' in gossip) {
        records.push(readSignedRecord(gossip.record).record)
      }
    })

    return records
  }

  function show (visibilityState: 'visible' | 'hidden'): void {
    page.document.visibilityState = visibilityState
    page.document.dispatchEvent(new Event('visibilitychange'))
  }

  it('says goodbye in the very event in which it is closed, and a neighbour passes it on', async () => {
    const published = vi.spyOn(tab.services.pubsub, 'publish')
    const sent: string[] = []

    for (const stream of tab.getConnections().flatMap(({ streams }) => streams)) {
      const send = stream.send.bind(stream)

      vi.spyOn(stream, 'send').mockImplementation((data) => {
        sent.push(stream.protocol)

        return send(data)
      })
    }

    page.window.dispatchEvent(new Event('pagehide'))
    // all that is sent is sent by now
    expect(new Set(sent)).toEqual(new Set(['/libp2p-invitation/presence/1.0.0']))
    expect(published).not.toHaveBeenCalled()
    await eventually(() => { expect(departures).toEqual(['tab left']) })
  })

  it('is back in a new epoch when it is shown again as it was', async () => {
    page.window.dispatchEvent(new Event('pagehide'))
    await eventually(() => { expect(departures).toEqual(['tab left']) })
    environment.advance(60_000)
    expect(roster(far)).toEqual([neighbour.peerId.toString()])

    page.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
    await allSeeAll([tab, neighbour, far], environment)
  })

  it('announces a longer lifetime when it is hidden, and the usual one when it is seen again', async () => {
    const records = recordsOfTab()

    // what is said in the first minute is good for longer, since it is said before the size of the room is known
    await environment.pass(90_000)
    show('hidden')
    await eventually(() => { expect(records.at(-1)?.lifetime).toBe(240_000) })
    show('visible')
    await eventually(() => {
      environment.advance(1_000)
      expect(records.at(-1)?.lifetime).toBe(150_000)
    })
  })

  it('keeps the others as stale while the browser is offline, and asks after them when it is back', async () => {
    const { presence } = tab.services
    const events = vi.fn<() => void>()

    presence.addEventListener('peer:offline', events)
    page.window.dispatchEvent(new Event('offline'))
    await eventually(() => { expect(presence.query([far.peerId])[0]?.level).toBe('stale') })

    page.window.dispatchEvent(new Event('online'))
    await eventually(() => {
      environment.advance(50)
      expect(presence.query([far.peerId])[0]?.level).toBe('announced')
    })
    expect(events).not.toHaveBeenCalled()
  })

  it('speaks at once when it was frozen', async () => {
    const records = recordsOfTab()

    // nothing else is due in the next seconds
    environment.advance(6_000)
    await eventually(() => { expect(records.length).toBeGreaterThan(0) })

    const before = records.length

    page.document.dispatchEvent(new Event('freeze'))
    page.document.dispatchEvent(new Event('resume'))
    await eventually(() => { expect(records.length).toBeGreaterThan(before) })
  })
})
