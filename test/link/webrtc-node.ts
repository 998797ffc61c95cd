import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { webRTC } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { links } from '../../src/link/index.ts'
import type { LinkComponents, LinkListener, Links } from '../../src/link/index.ts'

/** A node as a browser tab is one: it is reached by way of this relay, and over that directly by WebRTC. */
export async function startWebRTCNode (relay: string, listener: LinkListener): Promise<Libp2p<{ identify: Identify, links: Links }>> {
  return await createLibp2p({
    addresses: { listen: [`${relay}/p2p-circuit`, '/webrtc'] },
    transports: [webSockets(), circuitRelayTransport(), webRTC({ rtcConfiguration: { iceServers: [] } })],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    services: {
      identify: identify(),
      links: (components: LinkComponents) => links({ listener })(components)
    }
  })
}
