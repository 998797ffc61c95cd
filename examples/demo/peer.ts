import { noise } from '@chainsafe/libp2p-noise'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { invitation } from 'libp2p-invitation'
import { gossipsubPreset, presence } from 'libp2p-invitation/presence'
import type { Libp2p } from 'libp2p'
import type { InvitationService } from 'libp2p-invitation'
import type { Presence } from 'libp2p-invitation/presence'

export type Peer = Libp2p<{ presence: Presence, invitation: InvitationService }>

/** A peer that can invite and be invited, known to the others by its name: all that an app needs. It is not started yet. */
export async function createPeer (name: string, announce: string[]): Promise<Peer> {
  return createLibp2p({
    start: false,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'], announce },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: {
      identify: identify(),
      pubsub: gossipsub(gossipsubPreset()),
      presence: presence({ data: new TextEncoder().encode(name) }),
      invitation: invitation()
    }
  })
}
