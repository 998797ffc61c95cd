import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, vi } from 'vitest'
import { systemEnvironment } from '../../src/environment/index.ts'
import { gossipsubPreset } from '../../src/presence/index.ts'
import { createRelay } from '../../src/relay/index.ts'
import type { GossipSub } from '@libp2p/gossipsub'
import type { Identify } from '@libp2p/identify'
import type { Libp2p, PeerId, PrivateKey } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Libp2pOptions } from 'libp2p'
import type { Environment } from '../../src/environment/index.ts'
import type { Relay, RelayInit } from '../../src/relay/index.ts'

export type Client = Libp2p<{ identify: Identify }>
export type GossipClient = Libp2p<{ identify: Identify, pubsub: GossipSub }>

/** How long anything may take, milliseconds, before a test is given up. */
export const PATIENCE = 30_000

/** Any free port of this machine. */
export const LOOPBACK = '/ip4/127.0.0.1/tcp/0/ws'

/** A busy machine is no reason for a client to give up. */
const PATIENT = { dialTimeout: PATIENCE, addressDialTimeout: PATIENCE }

const running = new Set<{ stop(): Promise<void> | void }>()

afterEach(async () => {
  const nodes = [...running]

  running.clear()
  await Promise.all(nodes.map(async node => { await node.stop() }))
})

/** For a relay whose clients share a busy machine, and one process, with it: all that it waits for may take longer. */
export const patientEnvironment: Environment = {
  ...systemEnvironment,
  startTimer: (ms, fired) => systemEnvironment.startTimer(10 * ms, fired)
}

/** A relay on this machine that is stopped after the test. */
export async function startRelay (init: RelayInit = {}, environment: Environment = systemEnvironment): Promise<Relay> {
  const relay = await createRelay({ listen: [LOOPBACK], ...init }, environment)

  running.add(relay)

  return relay
}

/** A relay as libp2p has it, with its own settings, that takes connections as fast as they come. */
export async function startStockRelay (): Promise<Libp2p> {
  const relay = await createLibp2p({
    ...base(),
    addresses: { listen: [LOOPBACK] },
    connectionManager: { inboundConnectionThreshold: Infinity, maxIncomingPendingConnections: Infinity },
    services: { identify: identify(), relay: circuitRelayServer() }
  })

  running.add(relay)

  return relay
}

export interface ClientInit {
  /** The relay to be reached by; without one nobody can dial it. */
  readonly relay?: Multiaddr | undefined
  readonly privateKey?: PrivateKey
  readonly connectionManager?: Libp2pOptions['connectionManager'] | undefined
}

/** What a tab is to a relay: a peer that dials, and cannot be dialled but by way of it. Stopped after the test, if not before. */
export async function startClient (init: ClientInit = {}): Promise<Client> {
  const client = await createClient(init)

  await client.start()

  return client
}

/** The same, not started. */
export async function createClient ({ relay, privateKey, connectionManager = { inboundConnectionThreshold: Infinity, maxIncomingPendingConnections: Infinity } }: ClientInit = {}): Promise<Client> {
  const client = await createLibp2p({
    ...base(),
    start: false,
    ...(privateKey == null ? {} : { privateKey }),
    addresses: { listen: relay == null ? [] : [`${relay.toString()}/p2p-circuit`] },
    connectionManager: { ...PATIENT, ...connectionManager },
    services: { identify: identify({ timeout: PATIENCE }) }
  })

  running.add(client)

  return client
}

/** The same that gossips. */
export async function startGossipClient (): Promise<GossipClient> {
  const client = await createLibp2p({
    ...base(),
    connectionManager: PATIENT,
    services: { identify: identify({ timeout: PATIENCE }), pubsub: gossipsub(gossipsubPreset()) }
  })

  running.add(client)

  return client
}

export async function stopClient (client: Libp2p): Promise<void> {
  running.delete(client)
  await client.stop()
}

/** Where a peer is reached by way of a relay. */
export function throughRelay (relay: Multiaddr, peer: PeerId): Multiaddr {
  return relay.encapsulate(`/p2p-circuit/p2p/${peer.toString()}`)
}

/** Waits for as long as a busy machine may need, which for two hundred peers beside as many of another test is more than one of them may take. */
export async function eventually (holds: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(holds, { timeout: 4 * PATIENCE, interval: 20 })
}

/** Does it so many times, a few at once: a small machine times out on too many handshakes. */
export async function inWaves (count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0

  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < count) {
      await work(next++)
    }
  }))
}

function base () {
  return {
    transports: [webSockets(), circuitRelayTransport({ reservationCompletionTimeout: PATIENCE })],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false }
  }
}
