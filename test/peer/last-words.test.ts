import { noise } from '@chainsafe/libp2p-noise'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemEnvironment } from '../../src/environment/index.ts'
import { invitation } from '../../src/index.ts'
import { gossipsubPreset } from '../../src/presence/index.ts'
import { createPresence } from '../../src/presence/presence-service.ts'
import type { Page } from '../../src/environment/index.ts'
import type { InvitationComponents, InvitationService } from '../../src/index.ts'
import type { Presence, PresenceComponents } from '../../src/presence/index.ts'
import type { Libp2p } from '@libp2p/interface'

type Node = Libp2p<{ presence: Presence, invitation: InvitationService }>

/** How long anything may take on a busy machine, milliseconds. */
const PATIENCE = { timeout: 30_000 }

const running = new Set<Node>()

afterEach(async () => {
  await Promise.all([...running].map(async node => node.stop()))
  running.clear()
})

/** A window that is closed as by its user: between two listeners a browser carries out what the first has queued, which `dispatchEvent` does not. */
class StandInWindow extends EventTarget {
  readonly #leaving: Array<(event: Event) => void> = []

  override addEventListener (type: string, listener: EventListenerOrEventListenerObject, options?: AddEventListenerOptions): void {
    if (type === 'pagehide' && typeof listener === 'function') {
      this.#leaving.push(listener)
    } else {
      super.addEventListener(type, listener, options)
    }
  }

  async close (): Promise<void> {
    for (const listener of this.#leaving) {
      listener(new Event('pagehide'))
      await Promise.resolve()
    }
  }
}

async function start (name: string, page?: Page): Promise<Node> {
  const node = await createLibp2p({
    addresses: { listen: [`/memory/last-words-${name}`] },
    transports: [memory()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      pubsub: gossipsub(gossipsubPreset()),
      presence: (components: PresenceComponents) => createPresence(components, {}, systemEnvironment, page),
      invitation: (components: InvitationComponents) => invitation()(components, systemEnvironment, page)
    }
  })

  running.add(node)

  return node
}

/** The protocols on which it says something from now on, in order. */
function listenTo (node: Node): string[] {
  const said: string[] = []

  for (const stream of node.getConnections().flatMap(({ streams }) => streams)) {
    const send = stream.send.bind(stream)

    vi.spyOn(stream, 'send').mockImplementation(data => {
      said.push(stream.protocol)

      return send(data)
    })
  }

  return said
}

describe('a page that is closed', () => {
  it('says what becomes of its calls first, and then goodbye', async () => {
    const window = new StandInWindow()
    const [ada, ben] = await Promise.all([
      start('ada', { window, document: Object.assign(new EventTarget(), { visibilityState: 'visible' }) }),
      start('ben')
    ])

    await ada.dial(ben.getMultiaddrs())
    await vi.waitFor(() => { expect(ben.services.presence.get(ada.peerId)?.status).toBe('online') }, PATIENCE)

    const local = await ada.services.invitation.invite(ben.peerId)

    await vi.waitFor(() => { expect(local.state).toBe('ringing') }, PATIENCE)

    const said = listenTo(ada)

    await window.close()
    expect([...new Set(said)]).toEqual(['/libp2p-invitation/invitation/1.0.0', '/libp2p-invitation/presence/1.0.0'])
  })
})
