/**
 * The exchange: a stream between two neighbours, for what gossip is too slow or too late for. A newcomer asks one
 * neighbour for its roster, page by page; neighbours compare their rosters; and a peer hands over what it says of itself,
 * synchronously, on streams that stand: a page that is being closed can do nothing else.
 *
 * It knows no records and no rooms: it carries topics and bytes, and bounds what a peer may cost. What is in a page is the
 * business of the room above, the {@link RoomDesk}; `encodeEntries` and `decodeEntries` are there for it.
 *
 * ```
 *   asker                       answerer
 *     │  ask: topic, before, digest │
 *     │────────────────────────────▶│  within the asker's rate, and that of all askers?  no ──▶ busy
 *     │                             │  desk.answer()
 *     │◀────────────────────────────│
 *     │  page: entries, next        │  or: same, unknown room, busy
 *     │                             │
 *     │  handover: topic, message   │
 *     │────────────────────────────▶│  desk.handedOver()
 * ```
 *
 * The stream is opened by whoever wants to ask first, and both use it from then on, for as long as the connection lives. Only
 * connections that stand are used; none is made.
 */
import type { AbortOptions, ComponentLogger, PeerId } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'
import { systemEnvironment } from '../../environment/index.ts'
import type { Environment } from '../../environment/index.ts'
import type { Rate } from '../../limits/index.ts'
import { PresenceExchange } from './presence-exchange.ts'

export { decodeEntries, encodeEntries, entryBytes } from './entries-codec.ts'
export type { PageEntry } from './entries-codec.ts'
export * from './constants.ts'
export * from './errors.ts'

/** The parts of libp2p that the exchange uses. */
export interface ExchangeComponents {
  readonly registrar: Pick<Registrar, 'handle' | 'unhandle'>
  readonly connectionManager: Pick<ConnectionManager, 'getConnections'>
  readonly logger: ComponentLogger
}

/** Who is in a room? */
export interface Question {
  /** The gossip topic of the room, 1 to 512 bytes as UTF-8. */
  readonly topic: string
  /** The `next` of the page before this one; left out, from the newest on. */
  readonly before?: bigint
  /** The digest of the asker's own roster, 8 bytes; left out by a newcomer. If the other's is the same, so is the answer. */
  readonly digest?: Uint8Array
}

/** A part of a roster, newest first. */
export interface RosterPage {
  /** What `encodeEntries` made, sealed where the room has a secret: at most 65,536 bytes. */
  readonly entries: Uint8Array
  /** What to ask for the next page with, the answerer's own business; left out on the last page. */
  readonly next?: bigint
}

/** `same`: the two rosters have the same digest. */
export type Answer = 'same' | RosterPage

/** What the rest of presence answers with. */
export interface RoomDesk {
  /**
   * The answer to a neighbour's question, `undefined` if this peer is not in that room. If it rejects, or the page is too
   * large, the asker hears that this peer is busy.
   *
   * Is called within the bounds of what askers may cost, and at most once at a time for each stream.
   */
  answer(question: Question): Promise<Answer | undefined>
  /**
   * What a neighbour says of itself: the data of a gossip message, at most 5,120 bytes. Nothing of it is checked. It was
   * handed over by `peer`, which need not be whom it is about. Must not throw.
   */
  handedOver(peer: PeerId, topic: string, message: Uint8Array): void
}

export interface ExchangeInit {
  /** First part of the protocol's name, `/<prefix>/presence/1.0.0`: only peers with the same one meet. */
  readonly protocolPrefix: string
  readonly desk: RoomDesk
  /**
   * Bytes of pages for all askers together.
   *
   * @default 524,288 at once, then 65,536 a second
   */
  readonly pageBytesRate?: Rate
}

/** The streams between this peer and its neighbours. */
export interface Exchange {
  /**
   * Registers the protocol: from now on questions are answered.
   *
   * @throws {Error} `DuplicateProtocolHandlerError` by name, when another service has the same protocol
   */
  start(): Promise<void>
  /**
   * Closes every stream, after what was sent on it; what the peer does not close within 1 s is reset. Who still waits for an
   * answer gets a `NotStartedError`.
   */
  stop(): Promise<void>
  /**
   * Asks one question and waits for its one page, at most 5 s, its turn included: of several questions to one peer each waits
   * for the one before.
   *
   * It goes over the stream that stands to the peer, or a new one on a connection that does, one without limits rather
   * than a relayed one with limits. Nothing is tried again; who has no answer asks another peer. Giving up by `signal`
   * takes nothing back: the question is out, and the peer has it to answer.
   *
   * @throws {NotConnectedError} no connection stands
   * @throws {NotAnsweredError} no answer in time; a stream on which the question went unanswered for 5 s is reset
   * @throws {UnknownRoomError} the peer is not in that room
   * @throws {BusyError} the peer answers nobody for now, or has answered this one often enough: in two seconds it may again
   * @throws {StreamEndedError} the stream ended before the answer came
   * @throws {AbortError} the signal aborted
   * @throws {InvalidArgumentError} a topic or a digest that may not be sent
   * @throws {NotStartedError}
   * @throws {Error} `UnsupportedProtocolError` by name: the peer does not speak the protocol; or what else libp2p says about a
   * stream that it could not open
   */
  ask(peer: PeerId, question: Question, options?: AbortOptions): Promise<Answer>
  /**
   * Sends what this peer says of itself, synchronously, on every stream that stands to these peers, or to all; it opens none.
   * More than 32 at once to one peer, and then one in a second, counted on each of its streams, are not sent.
   *
   * @param message - the data of a gossip message, at most 5,120 bytes
   * @returns on how many streams it was sent
   * @throws {InvalidArgumentError} a topic that may not be sent
   * @throws {PayloadTooLargeError}
   */
  handOver(topic: string, message: Uint8Array, peers?: readonly PeerId[]): number
}

/**
 * The exchange of one libp2p node, to be started.
 *
 * ```ts
 * const exchange = createExchange(components, { protocolPrefix: 'my-app', desk })
 * await exchange.start()
 * const answer = await exchange.ask(neighbour, { topic })
 * ```
 */
export function createExchange (components: ExchangeComponents, init: ExchangeInit, environment: Environment = systemEnvironment): Exchange {
  return new PresenceExchange(components, init, environment)
}
