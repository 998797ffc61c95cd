import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { peerIdFromString } from '@libp2p/peer-id'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { invitation } from '../../../../src/index.ts'
import { gossipsubPreset, presence } from '../../../../src/presence/index.ts'
import { connectionManagerPreset, reachability } from '../../../../src/reachability/index.ts'
import type { RemoteInvitation } from '../../../../src/index.ts'
import type { RingPage } from './ring-page.ts'

window.ringPage = start(new URLSearchParams(location.search).getAll('relay'))

async function start (relays: string[]): Promise<RingPage> {
  const { peerId, services } = await createLibp2p({
    transports: [webSockets(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: connectionManagerPreset(),
    // a browser by itself dials nothing on its own machine
    connectionGater: { denyDialMultiaddr: () => false },
    services: {
      identify: identify(),
      pubsub: gossipsub(gossipsubPreset()),
      presence: presence(),
      reachability: reachability({ relays }),
      invitation: invitation()
    }
  })
  const heard: string[] = []
  let ringing: RemoteInvitation | undefined

  services.invitation.addEventListener('invitation:received', ({ detail }) => {
    ringing = detail
    heard.push(`received ${String(detail.content)}`)
  })
  services.invitation.addEventListener('invitation:ended', ({ detail: { invitation: { response }, end } }) => {
    heard.push([end.state, end.reason, response].filter(part => part != null).map(String).join(' '))
  })
  await services.reachability.untilReachable()

  return {
    peerId: peerId.toString(),
    heard,
    present: () => services.presence.list().map(({ peer }) => peer.toString()),
    async invite (peer, content) { await services.invitation.invite(peerIdFromString(peer), { content }) },
    async accept (response) { await ringing?.accept({ response }) }
  }
}
