import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { createPeer } from 'libp2p-invitation/peer'
import { setTimeout as sleep } from 'node:timers/promises'

/** How long it rings, milliseconds. */
const RING = 300_000

export interface LongRing {
  /** Seconds that it rang. */
  readonly rang: number
  /** How often the relay cut the connection meanwhile. */
  readonly cuts: number
  readonly caller: string
  readonly callee: string
}

/** An invitation that rings for five minutes over a stock relay, which cuts every relayed connection after two, and is then accepted. */
export async function longRing (): Promise<LongRing> {
  const relay = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), relay: circuitRelayServer() }
  })
  const relays = relay.getMultiaddrs()
  const [caller, callee] = await Promise.all([createPeer({ relays }), createPeer({ relays })])

  await callee.services.reachability.untilReachable()
  await caller.peerStore.merge(callee.peerId, { multiaddrs: callee.getMultiaddrs() })

  let cuts = 0

  caller.addEventListener('connection:close', ({ detail }) => { cuts += detail.remotePeer.equals(callee.peerId) ? 1 : 0 })

  const began = performance.now()
  const local = await caller.services.invitation.invite(callee.peerId, { ringTime: 2 * RING })

  await sleep(RING)

  const [remote] = callee.services.invitation.list()

  await remote?.accept()

  const { state } = await local.outcome
  const result = { rang: Math.round((performance.now() - began) / 1_000), cuts, caller: state, callee: remote?.state ?? 'heard nothing' }

  await Promise.all([caller.stop(), callee.stop(), relay.stop()])

  return result
}
