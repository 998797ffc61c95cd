import assert from 'node:assert/strict'
import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { vi } from 'vitest'
import { reachability } from '../../src/reachability/index.ts'
import type { Reachability, ReachabilityComponents, ReachabilityEvents, ReachabilityInit } from '../../src/reachability/index.ts'
import type { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import type { Environment, Page } from '../../src/environment/index.ts'
import type { CircuitRelayService, ServerReservationStoreInit } from '@libp2p/circuit-relay-v2'
import type { Connection, Libp2p, PrivateKey, Startable } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Libp2pOptions } from 'libp2p'

export type RelayNode = Libp2p<{ relay: CircuitRelayService }>

/** A peer that listens on nothing by itself. */
export interface ReachablePeer {
  readonly node: Libp2p
  readonly reachability: Reachability & Startable
  readonly components: ReachabilityComponents
  /** The names of its events, in order. */
  readonly told: string[]
}

export interface PeerInit {
  environment?: Environment
  page?: Page
  node?: Omit<Libp2pOptions, 'services'>
  /** Only reachability sees it. */
  metrics?: NonNullable<ReachabilityComponents['metrics']>
  /** Further ones. */
  services?: Record<string, (components: never) => unknown>
}

/** A relay that can be stopped and started again, at the same address and with the same key. */
export class TestRelay {
  readonly #nodes: Nodes
  readonly #privateKey: PrivateKey
  readonly #reservations: ServerReservationStoreInit
  #port = 0
  #node: RelayNode | undefined

  constructor (nodes: Nodes, privateKey: PrivateKey, reservations: ServerReservationStoreInit) {
    this.#nodes = nodes
    this.#privateKey = privateKey
    this.#reservations = reservations
  }

  get node (): RelayNode {
    assert(this.#node != null, 'it was not started')

    return this.#node
  }

  get address (): Multiaddr {
    return multiaddr(`/ip4/127.0.0.1/tcp/${this.#port}/ws/p2p/${this.node.peerId.toString()}`)
  }

  async start (): Promise<void> {
    this.#node = await this.#nodes.create({
      privateKey: this.#privateKey,
      addresses: { listen: [`/ip4/127.0.0.1/tcp/${this.#port}/ws`] },
      services: { identify: identify(), relay: circuitRelayServer({ reservations: this.#reservations }) }
    })
    this.#port = Number(this.#node.getMultiaddrs()[0]!.getComponents()[1]!.value)
  }

  async stop (): Promise<void> {
    await this.#nodes.stop(this.node)
  }
}

/** Nodes over websockets on loopback, which all stop at the end. */
export class Nodes implements AsyncDisposable {
  readonly #running = new Set<Libp2p>()

  async create<Services extends Record<string, unknown>> (init: Libp2pOptions<Services>): Promise<Libp2p<Services>> {
    const node = await createLibp2p<Services>({
      transports: [webSockets(), circuitRelayTransport()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
      connectionManager: { inboundConnectionThreshold: Infinity },
      ...init
    })

    this.#running.add(node)

    return node
  }

  async stop (node: Libp2p): Promise<void> {
    this.#running.delete(node)
    await node.stop()
  }

  async relay (reservations: ServerReservationStoreInit = {}): Promise<TestRelay> {
    const relay = new TestRelay(this, await generateKeyPair('Ed25519'), reservations)

    await relay.start()

    return relay
  }

  async peer ({ environment, page, node: nodeInit, metrics, services, ...init }: ReachabilityInit & PeerInit = {}): Promise<ReachablePeer> {
    const told: string[] = []
    let components: ReachabilityComponents | undefined
    const node = await this.create<Record<string, unknown> & { reachability: Reachability & Startable }>({
      ...nodeInit,
      services: {
        identify: identify(),
        ...services,
        reachability: (given: ReachabilityComponents) => {
          components = given

          const service = reachability(init)(metrics == null ? given : Object.create(given, { metrics: { value: metrics } }), environment, page)

          for (const type of ['reachable', 'unreachable', 'relay:held', 'relay:lost'] satisfies Array<keyof ReachabilityEvents>) {
            service.addEventListener(type, () => { told.push(type) })
          }

          return service
        }
      }
    })

    return { node, reachability: node.services.reachability, components: components!, told }
  }

  /** Dials a peer by way of a relay, as a peer that never met it; rejects if that does not work. */
  async call (peer: ReachablePeer, relay: TestRelay): Promise<Connection> {
    const caller = await this.create({ services: { identify: identify() } })

    try {
      return await caller.dial(relay.address.encapsulate(`/p2p-circuit/p2p/${peer.node.peerId.toString()}`), { signal: AbortSignal.timeout(10_000) })
    } finally {
      await this.stop(caller)
    }
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    await Promise.all([...this.#running].map(async node => { await this.stop(node) }))
  }
}

/** Waits until `holds` no longer throws, for as long as a busy machine may need. */
export async function eventually (holds: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(holds, { timeout: 30_000, interval: 5 })
}

/** The relays by which a peer says that it can be reached. */
export function advertised ({ node }: { node: Libp2p }): string[] {
  return [...new Set(node.getMultiaddrs().map(address => address.toString().split('/p2p-circuit')[0]!))]
}

/** Lets a peer whose time stands still begin the next try, if it is for that that it waits; an attempt never takes too long. */
export function goOn ({ reachability: { relays } }: ReachablePeer, environment: HandMovedEnvironment): void {
  const states = new Set(relays.map(({ state }) => state))

  if (states.has('waiting') && !states.has('connecting')) {
    environment.advance(environment.untilNextTimer)
  }
}
