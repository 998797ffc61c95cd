import { multiaddr } from '@multiformats/multiaddr'
import { asError } from '../errors/index.ts'
import { endOfTurn, unlessAborted, withinTimeLimit } from '../waiting/index.ts'
import { findReservationStore } from './circuit-transport.ts'
import { CLOSE_TIMEOUT, RENEWAL_TIME, RESERVE_TIMEOUT, VERIFY_TIMEOUT } from './constants.ts'
import { directConnections } from './dialling.ts'
import { RelayRefusedError } from './errors.ts'
import { relayOf } from './relay-address.ts'
import type { ReservationStore } from './circuit-transport.ts'
import type { ReachabilityComponents } from './index.ts'
import type { Environment } from '../environment/index.ts'
import type { Connection, Listener, Logger, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** The protocol in which a relay is asked for a reservation (circuit relay v2). */
const HOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/hop'

/**
 * The reservations at relays, as libp2p keeps them, for one run of the node.
 *
 * To listen by way of a relay is to have a listener for it in the transport manager, which adds the addresses once there
 * is a reservation and takes them away when it is lost. Such a listener can listen again, and at another relay; it is
 * made once for each relay, since one that failed, or lost its relay, stays where it is, and to close one cancels the
 * reservations of all of them (libp2p 3.3.11, circuit-relay-v2 4.2.13).
 */
export class Reservations {
  readonly #components: ReachabilityComponents
  readonly #environment: Environment
  readonly #log: Logger
  readonly #store: ReservationStore
  readonly #listeners = new Map<string, Listener>()
  /** Those of relays that nobody wants any more. */
  readonly #spare: Listener[] = []
  readonly #run: AbortSignal
  /** Settles when nothing is being reserved any more. */
  #turn: Promise<void> = Promise.resolve()

  /**
   * @param run - aborts at the end of the run
   * @throws {RelayTransportError} the node has no circuit relay transport that could be used
   */
  constructor (components: ReachabilityComponents, environment: Environment, log: Logger, run: AbortSignal) {
    this.#components = components
    this.#environment = environment
    this.#log = log
    this.#run = run
    this.#store = findReservationStore(components.transportManager)
  }

  /** Calls `changed` whenever a relay may be held that was not, or the other way round. */
  watch (changed: () => void): void {
    this.#store.addEventListener('relay:removed', changed, { signal: this.#run })

    for (const type of ['transport:listening', 'transport:close'] as const) {
      this.#components.events.addEventListener(type, changed, { signal: this.#run })
    }
  }

  /** Whether this peer can be reached by way of that relay: there are a connection, a reservation, and an address. */
  holds (relay: PeerId): boolean {
    return this.#store.hasReservation(relay) &&
      directConnections(this.#components.connectionManager, relay).length > 0 &&
      this.#components.transportManager.getAddrs().some(address => relayOf(address)?.relay.equals(relay))
  }

  /**
   * Reserves at a relay, and listens there.
   *
   * @throws {RelayRefusedError} it answers, and gives no reservation
   * @throws {Error} it does not answer in time (`TimeoutError` by name; then the connection is given up), is no relay
   * (`UnsupportedProtocolError`), or went away meanwhile
   */
  async reserve (relay: PeerId, connection: Connection, signal: AbortSignal): Promise<void> {
    await this.#ask(connection, RESERVE_TIMEOUT, signal)

    try {
      await unlessAborted(this.#inTurn(async () => {
        signal.throwIfAborted()
        this.#forgive(relay)
        // to its end even if the signal aborts: libp2p goes on with it, and it is nobody else's turn until then
        await this.#answered(connection, RESERVE_TIMEOUT, this.#run, async (within) => {
          await unlessAborted(this.#listen(relay), within)
        })
      }), signal)
    } catch (thrown) {
      // a relay that is going down is no longer connected; it is back sooner than a full one has room
      throw !signal.aborted && connection.status === 'open'
        ? new RelayRefusedError('the relay gave no reservation', { cause: asError(thrown) })
        : thrown
    }

    if (!this.holds(relay)) {
      throw new RelayRefusedError('the relay gave no reservation')
    }
  }

  /**
   * Sees whether a relay that is held still answers, and renews the reservation if that is overdue, as after a sleep. A
   * connection that does not answer is given up, and so lost. Never rejects.
   */
  async verify (relay: PeerId): Promise<void> {
    await Promise.all(directConnections(this.#components.connectionManager, relay).map(async (connection) => {
      await this.#ask(connection, VERIFY_TIMEOUT, this.#run).catch((err: unknown) => {
        this.#log('the relay %p did not answer - %e', relay, asError(err))
      })
    }))

    const expires = Number(this.#store.getReservation(relay)?.expire ?? Infinity) * 1_000

    if (!this.#run.aborted && expires - this.#environment.date() < RENEWAL_TIME) {
      await this.#inTurn(async () => {
        this.#forgive(relay)
        await unlessAborted(this.#store.addRelay(relay, 'configured'), this.#run)
      }).catch((err: unknown) => {
        this.#log('could not renew the reservation at %p - %e', relay, asError(err))
      })
    }
  }

  /** Nobody wants that relay any more. */
  release (relay: PeerId): void {
    const key = relay.toString()
    const listener = this.#listeners.get(key)

    if (listener != null) {
      this.#listeners.delete(key)
      this.#spare.push(listener)
    }
  }

  /**
   * One after the other: as soon as libp2p has made one reservation it forgets those that wait for their turn, and their
   * promises stay pending (circuit-relay-v2 4.2.13).
   */
  async #inTurn (reserve: () => Promise<void>): Promise<void> {
    const before = this.#turn
    const mine = (async () => {
      await before
      await reserve()
    })()

    this.#turn = mine.catch(() => {})
    await mine
  }

  async #listen (relay: PeerId): Promise<void> {
    const address = multiaddr(`/p2p/${relay.toString()}/p2p-circuit`)
    const known = this.#listenerFor(relay)

    if (known == null) {
      await this.#listenAnew(relay, address)
    } else {
      try {
        await known.listen(address)
      } catch (thrown) {
        if (asError(thrown).name !== 'HadEnoughRelaysError') {
          throw thrown
        }

        // libp2p's discovery had come upon the same relay, to find that it wanted none, and this was joined to that
        await known.listen(address)
      }
    }
  }

  /** A listener that there is already. */
  #listenerFor (relay: PeerId): Listener | undefined {
    const key = relay.toString()
    const all = this.#components.transportManager.getListeners()
    let listener = this.#listeners.get(key) ?? this.#spare.pop()

    // whoever closed one has taken it away
    while (listener != null && !all.includes(listener)) {
      listener = this.#spare.pop()
    }

    if (listener != null) {
      this.#listeners.set(key, listener)
    }

    return listener
  }

  async #listenAnew (relay: PeerId, address: Multiaddr): Promise<void> {
    const { transportManager } = this.#components
    const before = transportManager.getListeners()
    const listening = transportManager.listen([address])
    // it is there by the time that `listen` returns, and stays whether it works or not
    const made = transportManager.getListeners().find(listener => !before.includes(listener))

    if (made != null) {
      this.#listeners.set(relay.toString(), made)
    }

    try {
      await listening
    } catch (thrown) {
      // what the transport manager says is a text for people: the listener itself tells what is wrong
      if (made == null) {
        throw thrown
      }

      await made.listen(address)
    }
  }

  /** Opens a stream in which a reservation could be asked for, and gives it up again. */
  async #ask (connection: Connection, limit: number, signal: AbortSignal): Promise<void> {
    await this.#answered(connection, limit, signal, async (within) => {
      await endOfTurn()

      const stream = await connection.newStream(HOP_PROTOCOL, { signal: within })

      stream.abort(new Error('it was only asked whether the relay is there'))
    })
  }

  /** Does what waits for a relay's answer; a connection on which none comes is given up, or it would be used on and on. */
  async #answered (connection: Connection, limit: number, signal: AbortSignal, work: (within: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await withinTimeLimit(this.#environment, limit, signal, work)
    } catch (thrown) {
      const error = asError(thrown)

      if (!signal.aborted && error.name === 'TimeoutError') {
        await this.#giveUp(connection, error)
      }

      throw error
    }
  }

  /**
   * Closes it rather than only abort it: an aborted websocket is left open (libp2p's websockets 10.1.21), and a relay that
   * was slow and no more would go on to relay to it.
   */
  async #giveUp (connection: Connection, error: Error): Promise<void> {
    try {
      await withinTimeLimit(this.#environment, CLOSE_TIMEOUT, this.#run, async (signal) => { await connection.close({ signal }) })
    } catch {
      connection.abort(error)
    }
  }

  /**
   * libp2p never again asks a relay that did not speak the protocol once, as one does not that is being stopped; nor one
   * that its filter takes for such a one (1 in 1,000). `#ask` comes before to see that it does speak it; but a renewal by
   * libp2p itself may meet a relay just then.
   */
  #forgive (relay: PeerId): void {
    this.#store.relayFilter?.remove?.(relay.toMultihash().bytes)
  }
}
