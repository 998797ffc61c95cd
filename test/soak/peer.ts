/** A peer in a process of its own that is measured. Driven by `SoakProcess`. */
import { Chance } from '../processes/chance.ts'
import { CrowdPeer } from '../processes/crowd-peer.ts'
import { obey } from '../processes/obedience.ts'
import { Meter } from './meter.ts'
import { plant } from './planted-leaks.ts'
import type { Order } from '../processes/orders.ts'
import type { CrowdSighting } from '../processes/crowd-messages.ts'
import type { PeerOrders, Sample, SoakPeerInit } from './soak-messages.ts'

/** How much faster its user is than that of other tests, who takes up to three seconds to think: invitations are wanted by the thousand. */
const HASTE = 3

const meter = new Meter()

let chance = new Chance(0)
let crowdPeer: CrowdPeer | undefined

function started (): CrowdPeer {
  if (crowdPeer == null) {
    throw new Error('not started')
  }

  return crowdPeer
}

async function start ({ seed, relays, isListening, planted }: SoakPeerInit): Promise<PeerOrders['start']['answers']> {
  chance = new Chance(seed)
  crowdPeer = await CrowdPeer.start(seed, { relays, ...isListening ? { listen: ['/ip4/127.0.0.1/tcp/0/ws'] } : {} }, tell, HASTE)

  const { peer, peerId } = crowdPeer

  if (planted != null) {
    const leak = await plant(planted, peer)

    peer.services.invitation.addEventListener('invitation:ended', () => { void leak() })
  }

  return { peerId }
}

function cut (): void {
  const connections = started().peer.getConnections()

  connections[chance.between(0, connections.length - 1)]?.abort(new Error('cut'))
}

async function sample (): Promise<Sample> {
  const { peer } = started()

  return await meter.sample(peer.getConnections(), { invitations: peer.services.invitation.list().length, roster: peer.services.presence.list().length })
}

async function carryOut ({ order, asks }: Order<PeerOrders>): Promise<unknown> {
  switch (order) {
    case 'start': return await start(asks)
    case 'seeing': return await started().seeing(asks)
    case 'play': return await started().play(asks.peers, asks)
    case 'cut': return cut()
    case 'look': return started().look()
    case 'endSessions': return await started().endSessions()
    case 'sample': return await sample()
    case 'stop': return await started().stop()
  }
}

process.on('disconnect', () => { process.exit(1) })

const tell: (sighting: CrowdSighting) => void = obey(carryOut)
