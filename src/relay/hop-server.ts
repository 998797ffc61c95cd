import { RELAY_V2_HOP_CODEC, RELAY_V2_STOP_CODEC } from '@libp2p/circuit-relay-v2'
import { peerIdFromString } from '@libp2p/peer-id'
import { RecordEnvelope } from '@libp2p/peer-record'
import { lpStream } from '@libp2p/utils'
import { toString } from 'uint8arrays/to-string'
import { asError } from '../errors/index.ts'
import { TokenBuckets } from '../limits/index.ts'
import { withinTimeLimit } from '../waiting/index.ts'
import { Destination, HopMessage, Limit, Reservation, StopMessage } from './circuit-message.ts'
import { HOP_RATE, HOP_TIME, HopType, MAX_MESSAGE_BYTES, MAX_PENDING_HOPS, Status, StopType } from './constants.ts'
import { Counts } from './counts.ts'
import { RelayLimitError } from './errors.ts'
import { RelayedConnection } from './relayed-connection.ts'
import { Reservations } from './reservations.ts'
import { ReservationVoucher } from './voucher.ts'
import type { ComponentLogger, Connection, Libp2pEvents, Logger, PeerId, PrivateKey, Startable, Stream, TypedEventTarget } from '@libp2p/interface'
import type { AddressManager, ConnectionManager, Registrar } from '@libp2p/interface-internal'
import type { LengthPrefixedStream } from '@libp2p/utils'
import type { Environment } from '../environment/index.ts'
import type { RelayLimits } from './index.ts'

export interface HopServerComponents {
  readonly peerId: PeerId
  readonly privateKey: PrivateKey
  readonly registrar: Registrar
  readonly connectionManager: ConnectionManager
  readonly addressManager: AddressManager
  readonly events: TypedEventTarget<Libp2pEvents>
  readonly logger: ComponentLogger
}

/**
 * The relay's side of circuit relay v2 (libp2p specification relay/circuit-v2): takes reservations, and joins callers with those
 * who hold one.
 *
 * It stands in for `circuitRelayServer` of `@libp2p/circuit-relay-v2`, whose client is used as it is. That one (4.2.13) keeps a
 * reservation after its peer has gone; leaves open a stream that it refused, each of which goes on to hold up to 4 MiB of
 * what it is sent; holds all that a relayed connection may carry if one side does not read it; and states how long one may
 * last in milliseconds where seconds are meant.
 */
export class HopServer implements Startable {
  readonly #components: HopServerComponents
  readonly #limits: RelayLimits
  readonly #environment: Environment
  readonly #log: Logger
  readonly #reservations: Reservations
  readonly #requests = new TokenBuckets(HOP_RATE)
  readonly #relayed = new Set<RelayedConnection>()
  /** Relayed connections, and those that are being made, by peer. */
  readonly #callers = new Counts()
  readonly #callees = new Counts()
  #running = new AbortController()

  constructor (components: HopServerComponents, limits: RelayLimits, environment: Environment) {
    this.#components = components
    this.#limits = limits
    this.#environment = environment
    this.#log = components.logger.forComponent('libp2p:invitation:relay')
    this.#reservations = new Reservations(limits.reservations, limits.reservationTime)
  }

  /** How many peers can be reached by way of this relay. */
  get reservations (): number {
    return this.#reservations.size
  }

  /** How many relayed connections are open. */
  get relayed (): number {
    return this.#relayed.size
  }

  async start (): Promise<void> {
    const { registrar, events } = this.#components

    this.#running = new AbortController()
    events.addEventListener('peer:disconnect', ({ detail }) => { this.#reservations.giveUp(detail.toString()) }, {
      signal: this.#running.signal
    })
    await registrar.handle(RELAY_V2_HOP_CODEC, async (stream, connection) => { await this.#onHop(stream, connection) }, {
      maxInboundStreams: this.#limits.relayedPerPeer + MAX_PENDING_HOPS
    })
  }

  async stop (): Promise<void> {
    this.#running.abort()
    this.#reservations.clear()

    for (const relayed of this.#relayed) {
      relayed.cut(new RelayLimitError('the relay stops'))
    }

    await this.#components.registrar.unhandle(RELAY_V2_HOP_CODEC)
  }

  /** What it throws aborts the stream. */
  async #onHop (stream: Stream, connection: Connection): Promise<void> {
    if (!this.#requests.take(connection.remotePeer.toString(), this.#environment.now())) {
      throw new RelayLimitError('too many requests')
    }

    const messages = lpStream(stream, { maxDataLength: MAX_MESSAGE_BYTES, maxBufferSize: MAX_MESSAGE_BYTES })

    await withinTimeLimit(this.#environment, HOP_TIME, this.#running.signal, async (signal) => {
      const answer = await this.#answer(connection, messages, signal)

      if (answer != null) {
        await messages.write(HopMessage.encode({ type: HopType.STATUS, ...answer }), { signal })
        await closed(stream, signal)
      }
    })
  }

  /** Reads a request and does what it asks for. What is to be answered, unless the stream is part of a relayed connection by now. */
  async #answer (connection: Connection, messages: LengthPrefixedStream<Stream>, signal: AbortSignal): Promise<HopMessage | undefined> {
    const { type, peer } = HopMessage.decode(await messages.read({ signal }))

    if (type === HopType.RESERVE) {
      return await this.#reserve(connection)
    }

    if (type !== HopType.CONNECT) {
      return { status: Status.UNEXPECTED_MESSAGE }
    }

    if (peer == null) {
      return { status: Status.MALFORMED_MESSAGE }
    }

    return await this.#connect(connection, toString(Destination.decode(peer).id, 'base58btc'), messages, signal)
  }

  async #reserve ({ remotePeer, status }: Connection): Promise<HopMessage> {
    const { peerId, privateKey, addressManager } = this.#components

    // one that has closed meanwhile would never be given up
    if (status !== 'open' || !this.#reservations.make(remotePeer.toString(), this.#environment.now())) {
      this.#log('no reservation for %p', remotePeer)

      return { status: Status.RESERVATION_REFUSED }
    }

    const expire = BigInt(Math.floor((this.#environment.date() + this.#limits.reservationTime) / 1_000))
    const voucher = await RecordEnvelope.seal(new ReservationVoucher(peerId, remotePeer, expire), privateKey)
    const addrs = addressManager.getAddresses().map(({ bytes }) => Uint8Array.from(bytes))

    return { status: Status.OK, reservation: Reservation.encode({ expire, addrs, voucher: Uint8Array.from(voucher.marshal()) }), limit: this.#limit() }
  }

  /** Joins the caller's stream with one to the callee, or says why not. */
  async #connect (
    { remotePeer }: Connection,
    callee: string,
    messages: LengthPrefixedStream<Stream>,
    signal: AbortSignal
  ): Promise<HopMessage | undefined> {
    const caller = remotePeer.toString()
    const destination = this.#connectionTo(callee)

    if (destination == null) {
      return { status: Status.NO_RESERVATION }
    }

    if (this.#callers.of(caller) >= this.#limits.relayedPerPeer || this.#callees.of(callee) >= this.#limits.relayedPerPeer) {
      return { status: Status.RESOURCE_LIMIT_EXCEEDED }
    }

    let relayed: RelayedConnection | undefined
    const ended = (): void => {
      this.#callers.remove(caller)
      this.#callees.remove(callee)

      if (relayed != null) {
        this.#relayed.delete(relayed)
      }
    }

    this.#callers.add(caller)
    this.#callees.add(callee)

    let stop: Stream | undefined

    try {
      stop = await this.#stop(destination, remotePeer, signal)
      await messages.write(HopMessage.encode({ type: HopType.STATUS, status: Status.OK, limit: this.#limit() }), { signal })
    } catch (thrown) {
      this.#log('could not relay from %p to %p - %e', remotePeer, destination.remotePeer, asError(thrown))
      stop?.abort(asError(thrown))
      ended()

      return { status: Status.CONNECTION_FAILED }
    }

    relayed = new RelayedConnection(messages.unwrap(), stop, {
      time: this.#limits.relayedTime,
      bytes: this.#limits.relayedBytes,
      ended
    }, this.#environment)
    this.#relayed.add(relayed)

    return undefined
  }

  /** The newest connection to a peer that holds a reservation: an older one may be of a page that is gone. */
  #connectionTo (callee: string): Connection | undefined {
    if (!this.#reservations.holds(callee, this.#environment.now())) {
      return undefined
    }

    return this.#components.connectionManager.getConnections(peerIdFromString(callee)).findLast(({ status }) => status === 'open')
  }

  /** Asks the callee, by a stream that is then the way to it. */
  async #stop (destination: Connection, caller: PeerId, signal: AbortSignal): Promise<Stream> {
    const stream = await destination.newStream(RELAY_V2_STOP_CODEC, { signal, maxOutboundStreams: this.#limits.relayedPerPeer })

    try {
      const messages = lpStream(stream, { maxDataLength: MAX_MESSAGE_BYTES, maxBufferSize: MAX_MESSAGE_BYTES })

      const peer = Destination.encode({ id: Uint8Array.from(caller.toMultihash().bytes) })

      await messages.write(StopMessage.encode({ type: StopType.CONNECT, peer, limit: this.#limit() }), { signal })

      const { status } = StopMessage.decode(await messages.read({ signal }))

      if (status !== Status.OK) {
        throw new RelayLimitError(`the callee answered ${status}`)
      }

      return messages.unwrap()
    } catch (thrown) {
      stream.abort(asError(thrown))

      throw thrown
    }
  }

  #limit (): Uint8Array<ArrayBuffer> {
    return Limit.encode({ duration: Math.floor(this.#limits.relayedTime / 1_000), data: BigInt(this.#limits.relayedBytes) })
  }
}

/** Closes a stream, reads no more of it, and waits for the other side to close it, too. */
async function closed (stream: Stream, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const gaveUp = (): void => { reject(signal.reason) }

  stream.addEventListener('close', () => { resolve() }, { once: true })
  signal.addEventListener('abort', gaveUp, { once: true })

  try {
    await Promise.all([stream.closeRead({ signal }), stream.close({ signal }), stream.timeline.close ?? promise])
  } finally {
    signal.removeEventListener('abort', gaveUp)
  }
}
