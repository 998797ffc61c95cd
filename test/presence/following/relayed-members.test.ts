// a relay that listens on the network, as in Node only
import 'node:net'
import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it } from 'vitest'
import { followRooms } from '../../../src/presence/following/index.ts'
import { gossipsubPreset, presence } from '../../../src/presence/index.ts'
import { eventually } from '../nodes.ts'
import type { Presence } from '../../../src/presence/index.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'

/** How long anything may take, milliseconds, before a test is given up: a busy machine may need it. */
const PATIENCE = 30_000

const SECRET = 'correct horse battery staple'
const running: Libp2p[] = []

afterEach(async () => {
  // the relay last
  for (const node of running.splice(0).toReversed()) {
    await node.stop()
  }
})

function parts (listen: string[]): Libp2pOptions {
  return {
    addresses: { listen },
    transports: [webSockets(), circuitRelayTransport({ reservationCompletionTimeout: PATIENCE })],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    connectionManager: {
      inboundConnectionThreshold: Infinity,
      maxIncomingPendingConnections: Infinity,
      dialTimeout: PATIENCE,
      addressDialTimeout: PATIENCE,
      inboundUpgradeTimeout: PATIENCE
    }
  }
}

async function startRelay (): Promise<Libp2p> {
  const relay = await createLibp2p({
    ...parts(['/ip4/127.0.0.1/tcp/0/ws']),
    services: {
      identify: identify({ timeout: PATIENCE }),
      pubsub: gossipsub(gossipsubPreset()),
      // with the limits that relays have by default
      relay: circuitRelayServer(),
      rooms: followRooms()
    }
  })

  running.push(relay)

  return relay
}

/** A member that can be reached by way of the relay only, as a browser tab can. */
async function startTab (relay: Libp2p): Promise<Libp2p<{ presence: Presence }>> {
  const tab = await createLibp2p({
    ...parts([`${relay.getMultiaddrs()[0]!.toString()}/p2p-circuit`]),
    services: {
      identify: identify({ timeout: PATIENCE }),
      pubsub: gossipsub(gossipsubPreset()),
      presence: presence({ rooms: [{ name: 'board', secret: SECRET }] })
    }
  })

  running.push(tab)

  return tab
}

describe('members of a room with a secret that can be reached by way of a relay only', { timeout: 120_000 }, () => {
  it('tell a newcomer of all the others over a relayed connection', async () => {
    const relay = await startRelay()
    const tabs: Array<Libp2p<{ presence: Presence }>> = []

    while (tabs.length < 5) {
      tabs.push(await startTab(relay))
    }

    await eventually(() => { expect(tabs.map(tab => tab.services.presence.list().length)).toEqual([4, 4, 4, 4, 4]) })

    const newcomer = await startTab(relay)

    await eventually(() => { expect(newcomer.services.presence.list()).toHaveLength(5) })
    // it has spoken to one of them, or they have told it of themselves
    await eventually(() => { expect(newcomer.getConnections().some(({ limits }) => limits != null)).toBe(true) })
  })
})
