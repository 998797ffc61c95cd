import { Counts } from './counts.ts'
import { RelayLimitError } from './errors.ts'
import type { Connection, Libp2pEvents, Startable, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'

export interface PeerConnectionsComponents {
  readonly events: TypedEventTarget<Libp2pEvents>
  readonly connectionManager: ConnectionManager
}

/**
 * Counts connections, which takes libp2p 3.3.11 itself 17 ms of 4,096 of them, and bounds those of one peer: for each that
 * it makes beyond that, its oldest, which it has left most likely, is cut.
 */
export class PeerConnections implements Startable {
  readonly #components: PeerConnectionsComponents
  readonly #most: number
  readonly #cut: () => void
  /** The ids of those that are open: libp2p tells twice of one that was aborted, the second time when its socket closes. */
  readonly #open = new Set<string>()
  readonly #counts = new Counts()
  #running = new AbortController()

  /**
   * @param most - connections of one peer
   * @param cut - called for each that is cut
   */
  constructor (components: PeerConnectionsComponents, most: number, cut: () => void) {
    this.#components = components
    this.#most = most
    this.#cut = cut
  }

  /** How many are open. */
  get connections (): number {
    return this.#open.size
  }

  /** To how many peers. */
  get peers (): number {
    return this.#counts.size
  }

  start (): void {
    const { events } = this.#components

    this.#running = new AbortController()

    const { signal } = this.#running

    events.addEventListener('connection:open', ({ detail }) => { this.#onOpen(detail) }, { signal })
    events.addEventListener('connection:close', ({ detail }) => { this.#onClose(detail) }, { signal })
  }

  stop (): void {
    this.#running.abort()
    this.#open.clear()
    this.#counts.clear()
  }

  #onOpen (opened: Connection): void {
    // closed by the other side at once: then nothing tells of it any more
    if (opened.status !== 'open') {
      return
    }

    this.#open.add(opened.id)
    this.#counts.add(opened.remotePeer.toString())

    const older = this.#components.connectionManager.getConnections(opened.remotePeer)
      .filter(({ id, status }) => id !== opened.id && status === 'open')

    for (const connection of older.slice(0, Math.max(older.length + 1 - this.#most, 0))) {
      this.#cut()
      connection.abort(new RelayLimitError(`more than ${this.#most} connections of one peer`))
    }
  }

  #onClose ({ id, remotePeer }: Connection): void {
    if (this.#open.delete(id)) {
      this.#counts.remove(remotePeer.toString())
    }
  }
}
