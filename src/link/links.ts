import type { Connection, Peer, PeerId, Stream } from '@libp2p/interface'
import { compare } from 'uint8arrays/compare'
import type { Environment } from '../environment/index.ts'
import {
  DEFAULT_ANSWER_TIMEOUT,
  DEFAULT_IDLE_TIMEOUT,
  DEFAULT_PROTOCOL_PREFIX,
  MAX_STREAMS_PER_CONNECTION,
  PROTOCOL_NAME,
  PROTOCOL_VERSION
} from './constants.ts'
import { Dialer } from './dialer.ts'
import { StreamGivenUpError } from './errors.ts'
import type { LinkComponents, Links, LinksInit } from './index.ts'
import type { LinkContext } from './link-context.ts'
import { PeerLink } from './peer-link.ts'
import { StreamOpener } from './stream-opener.ts'

/**
 * All links of this peer, and the handler of the protocol.
 *
 * There is at most one link for a peer, and it is valid for ever: as long as anybody holds it, `to` gives that very
 * one. Links that hold nothing (no stream, no debt) are only referred to weakly, so they go when nobody holds them
 * any more, and having met many peers costs nothing.
 */
export class PeerLinks implements Links {
  readonly #components: LinkComponents
  readonly #protocol: string
  readonly #context: LinkContext & { isRunning: boolean }
  /** From start to stop: until it is aborted, libp2p's events are listened to. */
  #run: AbortController | undefined
  readonly #links = new Map<string, WeakRef<PeerLink>>()
  /** What libp2p was last heard to know of each link's peer. */
  readonly #addresses = new WeakMap<PeerLink, readonly string[]>()
  readonly #forgotten = new FinalizationRegistry<string>((peer) => {
    // unless there is a new one by now
    if (this.#links.get(peer)?.deref() == null) {
      this.#links.delete(peer)
    }
  })

  constructor (init: LinksInit, components: LinkComponents, environment: Environment) {
    const dialer = new Dialer(components)

    this.#components = components
    this.#protocol = `/${init.protocolPrefix ?? DEFAULT_PROTOCOL_PREFIX}/${PROTOCOL_NAME}/${PROTOCOL_VERSION}`
    this.#context = {
      listener: init.listener,
      environment,
      dialer,
      opener: new StreamOpener(components.connectionManager, dialer, environment, this.#protocol),
      log: components.logger.forComponent('libp2p:invitation:link'),
      streamCount: components.metrics?.registerCounterGroup('libp2p_invitation_link_streams_total', {
        label: 'event',
        help: 'Signalling streams that were opened, by either side, and closed'
      }),
      wordCount: components.metrics?.registerCounterGroup('libp2p_invitation_link_words_total', {
        label: 'direction',
        help: 'Words that were heard and said'
      }),
      idleTimeout: init.idleTimeout ?? DEFAULT_IDLE_TIMEOUT,
      answerTimeout: init.answerTimeout ?? DEFAULT_ANSWER_TIMEOUT,
      isRunning: false,
      inUse: new Set()
    }
  }

  async start (): Promise<void> {
    if (this.#context.isRunning) {
      return
    }

    this.#context.isRunning = true
    this.#run = new AbortController()

    const { signal } = this.#run
    const { events } = this.#components

    events.addEventListener('connection:open', ({ detail }) => { this.#known(detail.remotePeer)?.connectionOpened() }, { signal })
    events.addEventListener('connection:close', ({ detail }) => { this.#known(detail.remotePeer)?.connectionClosed(detail) }, { signal })
    events.addEventListener('peer:update', ({ detail: { peer } }) => { this.#peerUpdated(peer) }, { signal })

    try {
      await this.#components.registrar.handle(this.#protocol, this.#onStream, {
        runOnLimitedConnection: true,
        maxInboundStreams: MAX_STREAMS_PER_CONNECTION,
        maxOutboundStreams: MAX_STREAMS_PER_CONNECTION
      })
    } catch (thrown) {
      this.#endRun()

      throw thrown
    }
  }

  async stop (options?: { signal?: AbortSignal }): Promise<void> {
    if (!this.#context.isRunning) {
      return
    }

    this.#endRun()

    await Promise.all([...this.#context.inUse].map(async link => { await link.stop(options?.signal) }))
    this.#context.inUse.clear()
    await this.#components.registrar.unhandle(this.#protocol)
  }

  to (peer: PeerId): PeerLink {
    const known = this.#known(peer)

    if (known != null) {
      return known
    }

    const key = peer.toString()
    const isLower = compare(this.#components.peerId.toMultihash().bytes, peer.toMultihash().bytes) < 0
    const link = new PeerLink(peer, isLower, this.#context)

    this.#links.set(key, new WeakRef(link))
    this.#forgotten.register(link, key)

    return link
  }

  /** Runs to its end at once, so that the stream has its reader before a byte or the end of it can come. */
  readonly #onStream = (stream: Stream, connection: Connection): void => {
    if (this.#context.isRunning) {
      this.to(connection.remotePeer).take({ stream, connection })
    } else {
      stream.abort(new StreamGivenUpError('stopped'))
    }
  }

  #endRun (): void {
    this.#context.isRunning = false
    this.#run?.abort()
  }

  /** The link to a peer, if there is one already. */
  #known (peer: PeerId): PeerLink | undefined {
    return this.#links.get(peer.toString())?.deref()
  }

  /**
   * A new address of a peer is as good as a sight of it; whatever else libp2p learns of it is not. (`previous` does
   * not tell: when a peer is merged libp2p changes that one, too.)
   */
  #peerUpdated (peer: Peer): void {
    const link = this.#known(peer.id)

    if (link == null) {
      return
    }

    const addresses = peer.addresses.map(({ multiaddr }) => multiaddr.toString())
    const known = this.#addresses.get(link)

    this.#addresses.set(link, addresses)

    if (addresses.some(address => known?.includes(address) !== true)) {
      link.addressLearned()
    }
  }
}
