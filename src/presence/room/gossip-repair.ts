import { StreamResetError } from '@libp2p/interface'
import { asError } from '../../errors/index.ts'
import { endOfTurn } from '../../waiting/index.ts'
import { IDENTIFY_RETRY_DELAY, IDENTIFY_TRIES } from './constants.ts'
import { isGossip } from './gossip-protocol.ts'
import type { Environment, Timer } from '../../environment/index.ts'
import type { Connection, Libp2pEvents, Logger, PeerId, PeerStore, Stream, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'

/**
 * How often it is looked for neighbours to whom no gossip can go, milliseconds. Something is done about those who are found
 * twice: until then gossipsub may come to it by itself, since identify gives up after 5 s.
 */
const LOOK_INTERVAL = 10_000

/**
 * Time between one try with a neighbour and the next, milliseconds; there is one try more than there are times. What did
 * not help thrice is no accident: it speaks another version, or wants no gossip.
 */
const TIMES_BETWEEN_TRIES: readonly number[] = [30_000, 90_000]

/** What the repair uses of libp2p. */
export interface GossipRepairComponents {
  events: TypedEventTarget<Libp2pEvents>
  connectionManager: Pick<ConnectionManager, 'getConnections'>
  peerStore: Pick<PeerStore, 'get'>
  identify: { identify(connection: Connection): Promise<unknown> }
  pubsub: { getPeers(): PeerId[] }
}

/** What is known of one neighbour since it connected. */
interface Neighbour {
  /** Whether no gossip could go to it at the last look. */
  wasSilent: boolean
  tries: number
  /** When the next try may be, by the environment's clock. */
  notBefore: number
}

/**
 * Keeps gossip with those who are connected going, where gossipsub (17.1.1) loses it for good, with no error to be seen:
 *
 * - It opens its stream on the first connection to a peer. When that one closes while another stays, as it does each time
 *   a relayed connection was upgraded to a direct one, it is silent in both directions.
 * - When a connection closes on which it once had a stream from a peer, it forgets that peer, and what it has subscribed to, though
 *   there is a newer stream from it on another: it goes on hearing what that one says, and says nothing to it any more. So it is where the
 *   peer lost a connection, connected anew, and only then does the old one break here.
 * - It begins when libp2p has identified a peer. If that fails, as it does where many connect at once, it never does.
 * - When the stream of either side breaks on a connection that stands, both sides fall silent. When it is no longer read,
 *   or was closed by the other side only, one does.
 *
 * Identifying the peer anew makes libp2p tell gossipsub of it, which then opens a stream if it knows of none, and the other
 * side opens its own in answer. So streams that it knows of and that are no good are reset first. (Tried in pairs with
 * each way to break and to mend; identifying alone does not help against streams that are not read, or half closed.)
 */
export class GossipRepair {
  readonly #components: GossipRepairComponents
  readonly #environment: Environment
  readonly #log: Logger
  readonly #timers = new Set<Timer>()
  /** Peers that were identified since they connected. */
  readonly #identified = new Set<string>()
  readonly #neighbours = new Map<string, Neighbour>()
  #signal: AbortSignal | undefined

  constructor (components: GossipRepairComponents, environment: Environment, log: Logger) {
    this.#components = components
    this.#environment = environment
    this.#log = log
  }

  /** Repairs until the signal aborts. */
  start (signal: AbortSignal): void {
    const { events } = this.#components

    this.#signal = signal
    events.addEventListener('connection:close', ({ detail }) => { void this.#connectionClosed(detail.remotePeer) }, { signal })
    events.addEventListener('peer:identify', ({ detail }) => { this.#identified.add(detail.peerId.toString()) }, { signal })
    events.addEventListener('peer:disconnect', ({ detail }) => {
      this.#identified.delete(detail.toString())
      this.#neighbours.delete(detail.toString())
    }, { signal })
    this.#lookSoon()
    signal.addEventListener('abort', () => {
      for (const timer of this.#timers) {
        timer.stop()
      }

      this.#timers.clear()
      this.#identified.clear()
      this.#neighbours.clear()
    }, { once: true })
  }

  /**
   * Begins gossip with a neighbour anew, for whoever has found out that it brings nothing although its streams stand. With
   * one neighbour this is done three times while it is connected, at most, and not soon after one another.
   */
  repair (peer: PeerId): void {
    if (this.#signal?.aborted === false && this.#open(peer).length > 0 && this.#mayTry(this.#neighbour(peer.toString()))) {
      void this.#beginAnew(peer, () => true)
    }
  }

  #lookSoon (): void {
    this.#wait(LOOK_INTERVAL, () => {
      this.#lookSoon()

      for (const [key, connections] of Map.groupBy(this.#open(), ({ remotePeer }) => remotePeer.toString())) {
        this.#look(key, connections)
      }
    })
  }

  #look (key: string, connections: Connection[]): void {
    const neighbour = this.#neighbour(key)
    const { wasSilent } = neighbour

    neighbour.wasSilent = !connections.flatMap(gossipStreams).some(isOutlet)

    if (wasSilent && neighbour.wasSilent) {
      void this.#mend(connections[0]!.remotePeer, neighbour)
    }
  }

  async #mend (peer: PeerId, neighbour: Neighbour): Promise<void> {
    const isGossiper = !this.#identified.has(peer.toString()) || await this.#speaksGossip(peer)

    if (isGossiper && this.#signal?.aborted === false && this.#mayTry(neighbour)) {
      this.#log('no gossip goes to %p', peer)
      await this.#beginAnew(peer, stream => stream.direction === 'outbound' && !isOutlet(stream))
    }
  }

  async #connectionClosed (peer: PeerId): Promise<void> {
    await endOfTurn()

    // what it has subscribed to is forgotten with it, and it says that on a new stream only
    if (!this.#components.pubsub.getPeers().some(known => known.equals(peer))) {
      this.#reset(peer, ({ direction }) => direction === 'inbound')
    }

    await this.#identifyAgain(peer, IDENTIFY_TRIES)
  }

  async #speaksGossip (peer: PeerId): Promise<boolean> {
    try {
      return (await this.#components.peerStore.get(peer)).protocols.some(isGossip)
    } catch {
      // it was forgotten in this moment
      return false
    }
  }

  async #beginAnew (peer: PeerId, isNoGood: (stream: Stream) => boolean): Promise<void> {
    this.#reset(peer, isNoGood)
    await endOfTurn()
    await this.#identifyAgain(peer, 1)
  }

  #reset (peer: PeerId, isNoGood: (stream: Stream) => boolean): void {
    for (const stream of this.#open(peer).flatMap(gossipStreams).filter(isNoGood)) {
      stream.abort(new StreamResetError('gossip begins anew'))
    }
  }

  async #identifyAgain (peer: PeerId, tries: number): Promise<void> {
    const open = this.#open(peer)
    // gossip will go over it, so not one that the relay will cut, if there is another
    const connection = open.find(({ limits }) => limits == null) ?? open[0]

    if (connection == null || this.#signal?.aborted !== false) {
      return
    }

    try {
      await this.#components.identify.identify(connection)
    } catch (thrown) {
      this.#log('could not identify %p anew - %e', peer, asError(thrown))

      if (tries > 1 && !this.#signal.aborted) {
        this.#wait(IDENTIFY_RETRY_DELAY, () => { void this.#identifyAgain(peer, tries - 1) })
      }
    }
  }

  #open (peer?: PeerId): Connection[] {
    return this.#components.connectionManager.getConnections(peer).filter(({ status }) => status === 'open')
  }

  #neighbour (key: string): Neighbour {
    const neighbour = this.#neighbours.get(key) ?? { wasSilent: false, tries: 0, notBefore: -Infinity }

    this.#neighbours.set(key, neighbour)

    return neighbour
  }

  /** Whether it is time for another try; this is one, then. */
  #mayTry (neighbour: Neighbour): boolean {
    const now = this.#environment.now()

    if (now < neighbour.notBefore) {
      return false
    }

    neighbour.notBefore = now + (TIMES_BETWEEN_TRIES[neighbour.tries] ?? Infinity)
    neighbour.tries++

    return true
  }

  #wait (ms: number, then: () => void): void {
    const timer = this.#environment.startTimer(ms, () => {
      this.#timers.delete(timer)
      then()
    })

    this.#timers.add(timer)
  }
}

function gossipStreams ({ streams }: Connection): Stream[] {
  return streams.filter(({ protocol }) => isGossip(protocol))
}

/** Whether gossip can go out by it; one that gossipsub has closed stays open for the other side. */
function isOutlet ({ direction, writeStatus }: Stream): boolean {
  return direction === 'outbound' && writeStatus === 'writable'
}
