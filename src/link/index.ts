/**
 * The link: the one signalling stream between this peer and another, and all that keeps it alive.
 *
 * A link keeps no words. While it is down, what is said is not queued: when it comes up it tells the room above
 * (`up`), which says the last unanswered word of everything that is live, and that is all that the other side needs.
 * So nothing is ever sent twice by two mechanisms, and a dead link costs no memory.
 *
 * Who may think that the other holds a stream that is no more opens a new one; whoever it is opened to then writes to
 * that one, and says again what is unanswered. So the two never wait for each other on two different streams.
 *
 * ```
 *               setOwed(true)                 stream stands
 *   down ───────────────────────▶ opening ─────────────────▶ up
 *    ▲                             │ ▲                        │
 *    │  nothing owed any more      │ │ back-off over,         │ stream or connection died,
 *    └─────────────────────────────┘ │ or peer seen           │ or an answer stayed out
 *                                    └────────────────────────┘ (down, if nothing is owed)
 * ```
 *
 * A stream that the peer opens leads to `up` from anywhere.
 *
 * A link that is up by way of a relay which will cut it makes a direct WebRTC connection beside that one, if the two have
 * the transport; it moves to whatever better connection opens (`pick-connection.ts`) without being down, and survives a
 * cut by a new connection. When another connection to the peer closes, a peer that is gone is found out within 2 s.
 */
import type { ComponentLogger, Libp2pEvents, Metrics, PeerId, PeerStore, TypedEventTarget } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'
import { systemEnvironment } from '../environment/index.ts'
import type { Environment } from '../environment/index.ts'
import type { Word } from '../wire/index.ts'
import { PeerLinks } from './links.ts'

export * from './constants.ts'

/**
 * What a link tells the room above it. Each is called synchronously and must not throw. Words may be said, and
 * `setOwed` called, in any of them. After `Links.stop` was called nothing is told any more.
 */
export interface LinkListener {
  /** A stream stands where none did, or a new one took the place of one that was given up: say what is unanswered. */
  up(link: Link): void
  /** No stream stands any more. If something is owed the link is already on its way to a new one. */
  down(link: Link): void
  /** Words came in, in the order in which they were said on their stream: all that one chunk of bytes held. */
  heard(link: Link, words: Word[]): void
  /**
   * An attempt to open a stream failed. `UnsupportedProtocolError` by name means that the peer was reached and does not
   * speak this protocol. The link tries again, with back-off, for as long as something is owed.
   */
  failed(link: Link, error: Error): void
}

/**
 * One remote peer's link. It may be kept for as long as one likes and never goes stale: there is at most one for a
 * peer, and while somebody holds it, it is the one that `Links.to` gives and that the listener is told of. It is kept
 * alive by itself only while it holds something (a stream, or an attempt for something owed).
 */
export interface Link {
  readonly peer: PeerId
  /** Whether this peer's id is the lower of the two, in byte order: of what only one of the two may do, both know by that which it is. */
  readonly isLower: boolean
  /** Whether a stream stands. */
  readonly isUp: boolean
  /**
   * Says words, in order. What is said together leaves as one write: at once, and what follows in the same turn of
   * the event loop at its end. When the link is down they are dropped and nothing is opened: `setOwed` opens, `up` is
   * when to say them.
   *
   * `answered: true` means that the peer's software answers this word by itself: if no byte at all comes from the peer
   * within `answerTimeout` the stream is taken for half-open, and a new one is opened, by a new connection if need be.
   */
  say(words: readonly Word[], options?: { answered?: boolean }): void
  /**
   * Whether anything is owed between the two peers. While it is, the link is kept up: opened at once if down, dialled
   * again with back-off if lost. When it no longer is, an unused stream is closed after `idleTimeout`.
   */
  setOwed(owed: boolean): void
  /** The peer was seen (presence, a new address, a connection): ends a running back-off at once. */
  seen(): void
}

/** All links of this peer. */
export interface Links {
  /**
   * Registers the protocol: from now on streams are taken. Before, and after `stop`, every link is down and stays so,
   * and `say` and `setOwed` do nothing.
   *
   * @throws {Error} `DuplicateProtocolHandlerError` by name, when another service has the same protocol
   */
  start(): Promise<void>
  /**
   * Sends what was said, closes every stream in order, and stops every timer and dial. What the peer does not close
   * within 1 s, or until `signal` aborts, is reset.
   */
  stop(options?: { signal?: AbortSignal }): Promise<void>
  /** The link to a peer, made on first need. */
  to(peer: PeerId): Link
}

/** The parts of libp2p that links use. */
export interface LinkComponents {
  readonly peerId: PeerId
  readonly registrar: Pick<Registrar, 'handle' | 'unhandle'>
  readonly connectionManager: Pick<ConnectionManager, 'getConnections' | 'openConnection'>
  readonly peerStore: Pick<PeerStore, 'get'>
  readonly events: TypedEventTarget<Libp2pEvents>
  readonly logger: ComponentLogger
  readonly metrics?: Pick<Metrics, 'registerCounterGroup'>
}

export interface LinksInit {
  /** Whom the links tell what happens. */
  listener: LinkListener
  /**
   * What stands before `/invitation/1.0.0` in the name of the protocol; only peers with the same one meet.
   *
   * @default 'libp2p-invitation'
   */
  protocolPrefix?: string | undefined
  /**
   * How long a stream is kept that nobody uses while nothing is owed, milliseconds.
   *
   * @default 120_000
   */
  idleTimeout?: number
  /**
   * How long a word that the peer's software answers by itself may stay without any byte from the peer, milliseconds.
   * It doubles, up to four times, while the peer stays silent.
   *
   * @default 3_000
   */
  answerTimeout?: number
}

/**
 * The links of one libp2p node.
 *
 * ```ts
 * const all = links({ listener })(components)
 * await all.start()
 * all.to(peer).setOwed(true)          // and `listener.up` is called when a stream stands
 * ```
 */
export function links (init: LinksInit): (components: LinkComponents, environment?: Environment) => Links {
  return (components, environment = systemEnvironment) => new PeerLinks(init, components, environment)
}
