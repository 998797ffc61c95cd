import { noise } from '@chainsafe/libp2p-noise'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { invitation } from '../../../src/index.ts'
import { gossipsubPreset, presence } from '../../../src/presence/index.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { eventually } from './eventually.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Identify } from '@libp2p/identify'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import type { InvitationComponents, InvitationInit, InvitationService } from '../../../src/index.ts'
import type { Presence, PresenceStatus } from '../../../src/presence/index.ts'

export type PresentNode = Libp2p<{ identify: Identify, pubsub: GossipSub, presence: Presence, invitation: InvitationService }>

let addresses = 0

/**
 * Real nodes with real presence. Presence runs by the clock; for the invitations time stands still until they are stopped, so
 * that whatever goes out does so because of something seen, and not because it was time to try again.
 */
export class PresentNodes implements AsyncDisposable {
  readonly #running = new Map<Libp2p, HandMovedEnvironment>()

  async start ({ privateKey, address = `/memory/present-${addresses++}`, ...init }: InvitationInit & { privateKey?: PrivateKey, address?: string } = {}): Promise<PresentNode> {
    const environment = new HandMovedEnvironment(addresses)
    const node = await createLibp2p({
      ...(privateKey == null ? {} : { privateKey }),
      addresses: { listen: [address] },
      transports: [memory()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
      connectionManager: { inboundConnectionThreshold: Infinity },
      services: {
        identify: identify(),
        pubsub: gossipsub(gossipsubPreset()),
        presence: presence(),
        invitation: (components: InvitationComponents) => invitation(init)(components, environment)
      }
    })

    this.#running.set(node, environment)

    return node
  }

  async stop (node: Libp2p): Promise<void> {
    const environment = this.#running.get(node)
    // a node that stops gives what is live a moment to be heard
    const passing = setInterval(() => { environment?.advance(50) }, 10)

    this.#running.delete(node)

    try {
      await node.stop()
    } finally {
      clearInterval(passing)
    }
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    for (const node of this.#running.keys()) {
      await this.stop(node)
    }
  }
}

/** Waits until one node sees another in that mood; undefined: until it does not see it. */
export async function sees (node: PresentNode, other: Libp2p, status: PresenceStatus | undefined): Promise<void> {
  await eventually(() => {
    const seen = node.services.presence.get(other.peerId)?.status

    if (seen !== status) {
      throw new Error(`it sees ${seen ?? 'nobody'}`)
    }
  })
}
