/** Several peers in one process that listen on nothing but relays. Driven by `CrowdProcess`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Chance } from './chance.ts'
import { CrowdPeer } from './crowd-peer.ts'
import { obey } from './obedience.ts'
import type { CrowdOrders, CrowdSighting } from './crowd-messages.ts'
import type { Order } from './orders.ts'

let peers: CrowdPeer[] = []
let chance = new Chance(0)

async function all<T> (ask: (peer: CrowdPeer) => Promise<T> | T): Promise<T[]> {
  return await Promise.all(peers.map(ask))
}

async function carryOut ({ order, asks }: Order<CrowdOrders>): Promise<unknown> {
  switch (order) {
    case 'start':
      chance = new Chance(asks.seeds[0] ?? 0)
      peers = await Promise.all(asks.seeds.map(async seed => await CrowdPeer.start(seed, { relays: asks.relays }, tell)))
      return { peerIds: peers.map(({ peerId }) => peerId) }
    case 'seeing': {
      await all(async peer => { await peer.seeing(asks) })
      return undefined
    }
    case 'holding': {
      await all(async peer => { await peer.holding(asks) })
      return undefined
    }
    case 'knowing': {
      await all(async peer => { await peer.knowing(asks) })
      return undefined
    }
    case 'play': {
      await all(async peer => {
        await sleep(chance.between(0, asks.within))
        await peer.play(asks.peers, asks)
      })
      return undefined
    }
    case 'ring': {
      const callers = peers.filter(({ peerId }) => peerId !== asks.peer)

      return await callers[chance.between(0, callers.length - 1)]!.ring(asks.peer, asks.since)
    }
    case 'look': {
      const standings = await all(peer => peer.look())

      return Object.fromEntries((['unended', 'open', 'listed'] as const).map(key => [key, standings.flatMap(standing => standing[key])]))
    }
    case 'endSessions': {
      await all(async peer => { await peer.endSessions() })
      return undefined
    }
    case 'stop': {
      await all(async peer => { await peer.stop() })
      return undefined
    }
  }
}

const tell: (sighting: CrowdSighting) => void = obey(carryOut)
