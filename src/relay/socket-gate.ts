import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { TokenBuckets } from '../limits/index.ts'
import { CLOSE_TIME, CONNECT_TIME, MAX_HANDSHAKE_BYTES, MAX_MESSAGE_UNFINISHED, SWEEP_INTERVAL } from './constants.ts'
import { Counts } from './counts.ts'
import { IncomingSocket, socketName } from './incoming-socket.ts'
import type { Socket } from 'node:net'
import type { Connection, Libp2pEvents, MultiaddrConnection, Startable, TypedEventTarget } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Environment, Timer } from '../environment/index.ts'
import type { RelayLimits } from './index.ts'

/** Why a socket was refused or a connection cut: a limit, or no connection in time, or a message that is too large. */
export type RefusalReason = 'connections' | 'connections-per-peer' | 'connections-per-address' | 'connection-rate' | 'no-connection' | 'oversized'

export interface SocketGateComponents {
  readonly events: TypedEventTarget<Libp2pEvents>
}

/** Node tells here of every socket that any server of the process has taken. */
const CHANNEL = 'net.server.socket'

/**
 * What stands between the network and libp2p: the sockets that others open to this relay.
 *
 * `@libp2p/websockets` 10.1.21 has no limit on a socket that says nothing, or never ends its handshake; it waits for the end
 * of websocket messages of up to 100 MiB, of anybody; and a connection that libp2p aborts leaves its socket open, which
 * counts nowhere from then on. A socket that carries no connection is therefore destroyed after a while, and one that sends
 * too much without ending a message, too.
 */
export class SocketGate implements Startable {
  readonly #components: SocketGateComponents
  readonly #limits: RelayLimits
  readonly #environment: Environment
  readonly #sockets = new Map<string, IncomingSocket>()
  readonly #perNetwork = new Counts()
  readonly #rates: TokenBuckets
  readonly #ports = new Set<number>()
  readonly #refused = new Map<RefusalReason, number>()
  readonly #running = new AbortController()
  #sweep: Timer | undefined

  constructor (components: SocketGateComponents, limits: RelayLimits, environment: Environment) {
    this.#components = components
    this.#limits = limits
    this.#environment = environment
    this.#rates = new TokenBuckets({ burst: limits.connectionRate, perSecond: limits.connectionRate })
  }

  /** How many sockets were refused or destroyed, by reason. */
  get refused (): ReadonlyMap<RefusalReason, number> {
    return this.#refused
  }

  start (): void {
    const { signal } = this.#running
    const { events } = this.#components

    subscribe(CHANNEL, this.#onSocket)
    events.addEventListener('transport:listening', ({ detail }) => {
      for (const address of detail.getAddrs()) {
        this.#ports.add(portOf(address))
      }
    }, { signal })
    events.addEventListener('connection:open', ({ detail }) => { this.#onOpen(detail) }, { signal })
    events.addEventListener('connection:close', ({ detail }) => { this.#onClose(detail) }, { signal })
    this.#wait()
  }

  /** A listener, which stops at the same time, destroys only sockets that have said a word, and waits for the others. */
  stop (): void {
    unsubscribe(CHANNEL, this.#onSocket)
    this.#running.abort()
    this.#sweep?.stop()

    for (const socket of this.#sockets.values()) {
      if (socket.due != null) {
        socket.destroy()
      }
    }
  }

  count (reason: RefusalReason): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1)
  }

  /** A connection is whole: from here on its messages are followed. */
  follow (connection: MultiaddrConnection): void {
    const socket = this.#sockets.get(socketName(connection.remoteAddr))

    if (socket != null) {
      socket.finishMessage()
      connection.addEventListener('message', () => { socket.finishMessage() })
    }
  }

  readonly #onSocket = (message: unknown): void => {
    const { socket } = message as { socket: Socket }

    if (this.#ports.has(socket.localPort ?? 0)) {
      this.#admit(socket)
    }
  }

  #admit (socket: Socket): void {
    const now = this.#environment.now()
    const incoming = new IncomingSocket(socket, now + CONNECT_TIME)
    const reason = this.#reasonAgainst(incoming.network, now)

    if (reason != null) {
      this.#refuse(incoming, reason)

      return
    }

    this.#sockets.set(incoming.name, incoming)
    this.#perNetwork.add(incoming.network)
    incoming.onClose(() => { this.#drop(incoming) })
  }

  #reasonAgainst (network: string, now: number): RefusalReason | undefined {
    if (this.#sockets.size >= this.#limits.connections) {
      return 'connections'
    }

    if (this.#perNetwork.of(network) >= this.#limits.connectionsPerAddress) {
      return 'connections-per-address'
    }

    return this.#rates.take(network, now) ? undefined : 'connection-rate'
  }

  #onOpen ({ remoteAddr, status }: Connection): void {
    const socket = this.#sockets.get(socketName(remoteAddr))

    if (socket != null && status === 'open') {
      socket.due = undefined
      socket.hasCarried = true
    }
  }

  #onClose ({ remoteAddr }: Connection): void {
    const socket = this.#sockets.get(socketName(remoteAddr))

    if (socket != null) {
      socket.due = this.#environment.now() + CLOSE_TIME
    }
  }

  #wait (): void {
    this.#sweep = this.#environment.startTimer(SWEEP_INTERVAL, () => {
      this.#look()
      this.#wait()
    })
  }

  #look (): void {
    const now = this.#environment.now()

    for (const socket of this.#sockets.values()) {
      if (socket.unfinished > (socket.due == null ? MAX_MESSAGE_UNFINISHED : MAX_HANDSHAKE_BYTES)) {
        this.#refuse(socket, 'oversized')
      } else if (socket.due != null && socket.due <= now) {
        this.#refuse(socket, socket.hasCarried ? undefined : 'no-connection')
      }
    }
  }

  /** @param reason - none: it had carried a connection, which is closed */
  #refuse (socket: IncomingSocket, reason: RefusalReason | undefined): void {
    if (reason != null) {
      this.count(reason)
    }

    this.#drop(socket)
    socket.destroy()
  }

  #drop (socket: IncomingSocket): void {
    if (this.#sockets.get(socket.name) === socket) {
      this.#sockets.delete(socket.name)
      this.#perNetwork.remove(socket.network)
    }
  }
}

function portOf (address: Multiaddr): number {
  return Number(address.getComponents().find(({ name }) => name === 'tcp')?.value)
}
