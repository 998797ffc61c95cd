import { asError, ListenError } from '../errors/index.ts'
import { buildNode } from './build-node.ts'
import { RelayMetrics } from './relay-metrics.ts'
import { readSettings } from './settings.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Environment } from '../environment/index.ts'
import type { RelayLibp2p } from './build-node.ts'
import type { Relay, RelayInit, RelayStatus } from './index.ts'

/** A libp2p node that relays. */
export class RelayNode implements Relay {
  readonly #libp2p: RelayLibp2p
  readonly #environment: Environment
  readonly #startedAt: number
  readonly #metrics: RelayMetrics | undefined
  #stopping: Promise<void> | undefined

  private constructor (libp2p: RelayLibp2p, { registry }: RelayInit, environment: Environment) {
    this.#libp2p = libp2p
    this.#environment = environment
    this.#startedAt = environment.now()
    this.#metrics = registry == null ? undefined : new RelayMetrics(registry, {
      status: () => this.status(),
      refused: () => libp2p.services.sockets.refused
    })
  }

  static async start (init: RelayInit, environment: Environment): Promise<RelayNode> {
    const settings = readSettings(init)
    const libp2p = await buildNode(init, settings, environment)

    try {
      await libp2p.start()
    } catch (err) {
      await libp2p.stop()

      throw asListenError(err, settings.listen)
    }

    return new RelayNode(libp2p, init, environment)
  }

  get peerId (): PeerId {
    return this.#libp2p.peerId
  }

  get addresses (): Multiaddr[] {
    return this.#libp2p.getMultiaddrs()
  }

  status (): RelayStatus {
    const { hop, mesh, peerConnections, rooms } = this.#libp2p.services

    return {
      peerId: this.peerId.toString(),
      addresses: this.addresses.map(String),
      uptime: Math.floor((this.#environment.now() - this.#startedAt) / 1_000),
      connections: peerConnections.connections,
      peers: peerConnections.peers,
      reservations: hop.reservations,
      relayed: hop.relayed,
      rooms: rooms.topics,
      relays: { connected: mesh.connected, known: mesh.known }
    }
  }

  async stop (): Promise<void> {
    this.#stopping ??= this.#stop()
    await this.#stopping
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    await this.stop()
  }

  async #stop (): Promise<void> {
    this.#metrics?.remove()
    await this.#libp2p.stop()
  }
}

/** libp2p says in one long text at which addresses it could not listen, and why. */
function asListenError (thrown: unknown, listen: readonly string[]): Error {
  const error = asError(thrown)

  if (error.name !== 'UnsupportedListenAddressesError') {
    return error
  }

  const reasons = error.message.split('\n').map(line => line.trim()).filter(line => listen.some(address => line.startsWith(`${address}: `)))

  return new ListenError(`cannot listen on ${reasons.join(', ')}`, { cause: error })
}
