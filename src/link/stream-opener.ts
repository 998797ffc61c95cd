import { ConnectionFailedError } from '@libp2p/interface'
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import { asError } from '../errors/index.ts'
import type { Environment } from '../environment/index.ts'
import { NEW_STREAM_TIMEOUT, OPEN_TIMEOUT } from './constants.ts'
import type { Dialer } from './dialer.ts'
import { endOfTurn, withinTimeLimit } from '../waiting/index.ts'
import { StreamGivenUpError } from './errors.ts'
import type { LinkComponents } from './index.ts'
import { isBetter, pickConnection } from './pick-connection.ts'

/** A stream of our protocol, and the connection that it runs on. */
export interface OpenedStream {
  readonly stream: Stream
  readonly connection: Connection
}

/** What opening a stream fails with on a connection that libp2p still lists as open, and that is not. */
const STALE = new Set(['ConnectionClosedError', 'ConnectionClosingError', 'MuxerClosedError', 'StreamStateError'])

/**
 * Opens streams of our protocol: on a connection that stands if one does, on a new one if not. Never by
 * `dialProtocol`, which dials the relay again each time for a peer that is only reached by relay.
 *
 * A connection that did not answer is under suspicion: others come before it, a new one too, and when one of them
 * works it is aborted. It is still the last resort, since a browser may be reachable by nothing but the connection
 * that it made.
 */
export class StreamOpener {
  readonly #connectionManager: LinkComponents['connectionManager']
  readonly #dialer: Dialer
  readonly #environment: Environment
  readonly #protocol: string
  readonly #suspects = new WeakSet<Connection>()

  constructor (
    connectionManager: LinkComponents['connectionManager'],
    dialer: Dialer,
    environment: Environment,
    protocol: string
  ) {
    this.#connectionManager = connectionManager
    this.#dialer = dialer
    this.#environment = environment
    this.#protocol = protocol
  }

  /** The peer did not answer on this connection. */
  suspect (connection: Connection): void {
    this.#suspects.add(connection)
  }

  /** The peer was heard on this connection. */
  trust (connection: Connection): void {
    this.#suspects.delete(connection)
  }

  /** Whether the peer did not answer on this connection, and was not heard on it since. */
  isSuspect (connection: Connection): boolean {
    return this.#suspects.has(connection)
  }

  /** A connection to the peer that this side made and that a stream on the given one should move to. */
  better (peer: PeerId, than: Connection): Connection | undefined {
    return this.#best(peer, connection =>
      connection.direction === 'outbound' && isBetter(connection, than) && !this.#suspects.has(connection))
  }

  /**
   * A stream to the peer, within OPEN_TIMEOUT.
   *
   * @throws {Error} whatever libp2p says, made an `Error` where it is none; `UnsupportedProtocolError` by name when the
   * peer was reached and does not speak the protocol
   */
  async open (peer: PeerId, signal: AbortSignal): Promise<OpenedStream> {
    try {
      return await withinTimeLimit(this.#environment, OPEN_TIMEOUT, signal, async (within) =>
        await this.#openWithin(peer, within))
    } catch (thrown) {
      throw asError(thrown)
    }
  }

  /**
   * A new stream on this very connection, within `limit` milliseconds. Throws as `open` does, and leaves no stream behind
   * when the signal was aborted.
   */
  async openOn (connection: Connection, limit: number, signal: AbortSignal): Promise<OpenedStream> {
    const stream = await withinTimeLimit(this.#environment, limit, signal, async (within) => {
      await endOfTurn()
      within.throwIfAborted()

      return await connection.newStream(this.#protocol, { signal: within, runOnLimitedConnection: true })
    })

    if (signal.aborted) {
      stream.abort(new StreamGivenUpError('not wanted any more'))
      throw asError(signal.reason)
    }

    return { stream, connection }
  }

  async #openWithin (peer: PeerId, signal: AbortSignal): Promise<OpenedStream> {
    let connection = this.#pick(peer)

    // each one that fails to answer is under suspicion afterwards, so this ends
    while (connection != null) {
      try {
        return await this.#use(peer, connection, signal)
      } catch (thrown) {
        if (signal.aborted || !isDead(connection, asError(thrown))) {
          throw thrown
        }

        this.suspect(connection)
        connection = this.#pick(peer)
      }
    }

    return await this.#use(peer, await this.#connect(peer, signal), signal)
  }

  /**
   * A new stream on this connection; when it works, the connections of the peer that are under suspicion are given
   * up.
   */
  async #use (peer: PeerId, connection: Connection, signal: AbortSignal): Promise<OpenedStream> {
    const opened = await this.openOn(connection, NEW_STREAM_TIMEOUT, signal)

    this.trust(connection)

    for (const other of this.#connectionManager.getConnections(peer)) {
      if (this.#suspects.has(other)) {
        other.abort(new ConnectionFailedError('the peer did not answer on this connection, and did on another'))
      }
    }

    return opened
  }

  #pick (peer: PeerId): Connection | undefined {
    return this.#best(peer, connection => !this.#suspects.has(connection))
  }

  #best (peer: PeerId, isEligible: (connection: Connection) => boolean): Connection | undefined {
    return pickConnection(this.#connectionManager.getConnections(peer), isEligible)
  }

  /** A new connection; where there can be none, the best of those under suspicion. */
  async #connect (peer: PeerId, signal: AbortSignal): Promise<Connection> {
    const suspect = (): Connection | undefined => this.#best(peer, () => true)

    try {
      return await this.#dialer.dial(peer, suspect() != null, signal)
    } catch (thrown) {
      const last = signal.aborted ? undefined : suspect()

      if (last == null) {
        throw thrown
      }

      return last
    }
  }
}

function isDead (connection: Connection, error: Error): boolean {
  return connection.status !== 'open' || STALE.has(error.name) || error.name === 'TimeoutError'
}
