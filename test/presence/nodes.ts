import { noise } from '@chainsafe/libp2p-noise'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, expect, vi } from 'vitest'
import { systemEnvironment } from '../../src/environment/index.ts'
import { gossipsubPreset } from '../../src/presence/index.ts'
import { createFollowing } from '../../src/presence/following/room-following.ts'
import { createPresence } from '../../src/presence/presence-service.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import type { Environment } from '../../src/environment/index.ts'
import type { FollowRoomsComponents, FollowRoomsInit, RoomFollowing } from '../../src/presence/following/index.ts'
import type { Presence, PresenceComponents, PresenceInit } from '../../src/presence/index.ts'
import type { Page } from '../../src/environment/page-lifecycle.ts'
import type { GossipSub, GossipsubOpts } from '@libp2p/gossipsub'
import type { Identify } from '@libp2p/identify'
import type { Libp2p, PeerId, PrivateKey, Startable } from '@libp2p/interface'
import type { TransportManager } from '@libp2p/interface-internal'
import type { Datastore } from 'interface-datastore'
import type { Libp2pOptions } from 'libp2p'

export type Node = Libp2p<{ identify: Identify, pubsub: GossipSub, presence: Presence }> & {
  /** For tests that change its addresses. */
  readonly transportManager: TransportManager
}

/** One that follows rooms and is in none. */
export type RelayNode = Libp2p<{ identify: Identify, pubsub: GossipSub, rooms: RoomFollowing }>

export interface RelayOptions extends Omit<NodeOptions, 'presence' | 'page'> {
  rooms?: FollowRoomsInit
}

export interface NodeOptions {
  presence?: PresenceInit
  environment?: Environment
  /** In place of the preset's. */
  gossipsub?: Partial<GossipsubOpts>
  privateKey?: PrivateKey
  datastore?: Datastore
  page?: Page
  transport?: 'memory' | 'websockets'
}

/** How long anything may take, milliseconds, before a test is given up. */
const PATIENCE = 30_000

let memoryAddresses = 0
const running = new Map<Libp2p, Environment>()

/** A started node that is stopped after the test, if it has not been by then. */
export async function startNode ({ presence, environment = systemEnvironment, page, ...options }: NodeOptions = {}): Promise<Node> {
  let transportManager: TransportManager | undefined
  const node = await createLibp2p({
    ...parts(options),
    services: {
      identify: identify({ timeout: PATIENCE }),
      pubsub: gossipsub(options.gossipsub ?? gossipsubPreset()),
      presence: (components: PresenceComponents & { transportManager: TransportManager }) => {
        transportManager = components.transportManager

        return createPresence(components, presence, environment, page)
      }
    }
  })

  running.set(node, environment)

  return Object.assign(node, { transportManager: transportManager! })
}

/** The same, but it follows rooms. */
export async function startRelay ({ rooms, environment = systemEnvironment, ...options }: RelayOptions = {}): Promise<RelayNode> {
  const node = await createLibp2p({
    ...parts(options),
    services: {
      identify: identify({ timeout: PATIENCE }),
      pubsub: gossipsub(options.gossipsub ?? gossipsubPreset()),
      rooms: (components: FollowRoomsComponents) => createFollowing(components, rooms, environment)
    }
  })

  running.set(node, environment)

  return node
}

/** All of a node but its services. */
function parts ({ privateKey, datastore, transport = 'memory' }: Pick<NodeOptions, 'privateKey' | 'datastore' | 'transport'>): Libp2pOptions {
  return {
    ...(privateKey == null ? {} : { privateKey }),
    ...(datastore == null ? {} : { datastore }),
    addresses: { listen: [transport === 'memory' ? `/memory/presence-${memoryAddresses++}` : '/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [transport === 'memory' ? memory() : webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
    // a busy machine may take its time
    connectionManager: {
      inboundConnectionThreshold: Infinity,
      maxIncomingPendingConnections: Infinity,
      dialTimeout: PATIENCE,
      addressDialTimeout: PATIENCE,
      inboundUpgradeTimeout: PATIENCE,
      inboundStreamProtocolNegotiationTimeout: PATIENCE,
      outboundStreamProtocolNegotiationTimeout: PATIENCE
    }
  }
}

afterEach(async () => {
  await Promise.all([...running.keys()].map(async node => stopNode(node)))
})

/** Stops a node as an app does, letting time pass for it if that is for the test to do. */
export async function stopNode (node: Libp2p, environment: Environment | undefined = running.get(node)): Promise<void> {
  const passing = setInterval(() => {
    if (environment instanceof HandMovedEnvironment) {
      environment.advance(50)
    }
  }, 1)

  running.delete(node)

  try {
    await node.stop()
  } finally {
    clearInterval(passing)
  }
}

/** Ends all connections of a node as if its process had been killed: nothing is said, and it cannot be dialled. */
export async function kill (node: Node): Promise<void> {
  node.services.pubsub.topicValidators.clear()
  vi.spyOn(node.services.pubsub, 'publish').mockResolvedValue({ recipients: [] })
  await (node.transportManager as TransportManager & Startable).stop?.()

  for (const connection of node.getConnections()) {
    connection.abort(new Error('killed'))
  }
}

/** Waits for as long as a busy machine may need. */
export async function eventually (holds: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(holds, { timeout: PATIENCE, interval: 20 })
}

/**
 * Waits until every one of the nodes has all the others on its roster, and nobody else; time passes meanwhile in an
 * environment that the test owns.
 */
export async function allSeeAll (nodes: Node[], environment?: HandMovedEnvironment): Promise<void> {
  await eventually(() => {
    environment?.advance(50)

    for (const node of nodes) {
      expect(roster(node)).toEqual(others(nodes, node))
    }
  })
}

/** The peer ids on a node's roster, in order. */
export function roster (node: Node): string[] {
  return node.services.presence.list().map(({ peer }) => peer.toString()).toSorted()
}

/** The peer ids of all the nodes but one, in order. */
export function others (nodes: Array<{ peerId: PeerId }>, node: Node): string[] {
  return nodes.filter(other => other !== node).map(({ peerId }) => peerId.toString()).toSorted()
}
