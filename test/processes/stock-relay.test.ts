import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayServer } from '@libp2p/circuit-relay-v2'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { createPeer } from 'libp2p-invitation/peer'
import { gossipsubPreset } from 'libp2p-invitation/presence'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Libp2p } from '@libp2p/interface'
import type { Peer } from 'libp2p-invitation/peer'

/** Longest that anything may take that must come, milliseconds. */
const PATIENCE = 30_000

const nodes: Libp2p[] = []

afterEach(async () => {
  await Promise.all(nodes.splice(0).map(async node => { await node.stop() }))
})

/** A circuit relay as libp2p has it, which knows nothing of rooms. @param duration - milliseconds that a relayed connection may last */
async function stockRelay (duration: number): Promise<string> {
  const relay = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), relay: circuitRelayServer({ reservations: { defaultDurationLimit: duration } }) }
  })

  nodes.push(relay)

  return relay.getMultiaddrs()[0]!.toString()
}

async function startPeer (relay: string, runOnLimitedConnection = true): Promise<Peer> {
  const peer: Peer = await createPeer({ relays: [relay], libp2p: { services: { pubsub: gossipsub(gossipsubPreset({ runOnLimitedConnection })) } } })

  nodes.push(peer)
  await peer.services.reachability.untilReachable()

  return peer
}

describe('two peers who share nothing but a stock relay', () => {
  it('see each other over their relayed connection', async () => {
    const relay = await stockRelay(120_000)
    const [ada, ben] = [await startPeer(relay), await startPeer(relay)]

    await ada.dial(ben.getMultiaddrs())
    await vi.waitFor(() => {
      expect(ada.services.presence.get(ben.peerId)?.status).toBe('online')
      expect(ben.services.presence.get(ada.peerId)?.status).toBe('online')
    }, { timeout: PATIENCE })
  })

  it('would not, if gossip left limited connections alone as it does by default', async () => {
    const relay = await stockRelay(120_000)
    const [ada, ben] = [await startPeer(relay, false), await startPeer(relay, false)]

    await ada.dial(ben.getMultiaddrs())

    const local = await ada.services.invitation.invite(ben.peerId)

    // an invitation needs no gossip; by the time that one rings, presence would have been there long before
    for await (const state of local) {
      if (state === 'ringing') {
        break
      }
    }

    await local.cancel()
    expect(ada.services.presence.list()).toEqual([])
    expect(ben.services.presence.list()).toEqual([])
  })

  it('ring on, and accept, while the relay cuts their connection again and again', async () => {
    const relay = await stockRelay(1_500)
    const [ada, ben] = [await startPeer(relay), await startPeer(relay)]
    const cut: string[] = []

    ada.addEventListener('connection:close', ({ detail: { id, remotePeer } }) => {
      if (remotePeer.equals(ben.peerId)) {
        cut.push(id)
      }
    })
    await ada.peerStore.merge(ben.peerId, { multiaddrs: ben.getMultiaddrs() })

    const rings = Promise.withResolvers<void>()

    ben.services.invitation.addEventListener('invitation:received', async ({ detail: remote }) => {
      while (cut.length < 4) {
        await sleep(50)
      }

      expect(remote.state).toBe('ringing')
      await remote.accept()
      rings.resolve()
    })

    const local = await ada.services.invitation.invite(ben.peerId)

    await rings.promise
    expect(await local.outcome).toMatchObject({ state: 'accepted' })
  })
})
