import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { createLibp2p } from 'libp2p'
import { invitation } from 'libp2p-invitation'
import { gossipsubPreset, presence } from 'libp2p-invitation/presence'
import { connectionManagerPreset, reachability, webSocketsPreset, yamuxPreset } from 'libp2p-invitation/reachability'
import type { Libp2p } from 'libp2p'
import type { InvitationService } from 'libp2p-invitation'
import type { Presence } from 'libp2p-invitation/presence'
import type { Reachability } from 'libp2p-invitation/reachability'
import type { PeerInit } from './messages.ts'

export type Peer = Libp2p<{ presence: Presence, reachability: Reachability, invitation: InvitationService }>

/** A peer that can invite and be invited, known to the others by its name: all that an app needs. It is not started yet. */
export async function createPeer ({ name, announce, relays = [] }: PeerInit): Promise<Peer> {
  return createLibp2p({
    start: false,
    // who has relays listens on nothing else, as a browser tab
    addresses: relays.length > 0 ? {} : { listen: ['/ip4/127.0.0.1/tcp/0/ws'], announce: announce == null ? [] : [announce] },
    transports: [webSocketsPreset(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamuxPreset()],
    connectionManager: connectionManagerPreset(),
    services: {
      identify: identify(),
      pubsub: gossipsub(gossipsubPreset()),
      presence: presence({ data: new TextEncoder().encode(name) }),
      reachability: reachability({ relays: relays.map(({ address }) => address) }),
      invitation: invitation()
    }
  })
}
