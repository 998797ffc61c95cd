import { serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { systemEnvironment } from '../../environment/index.ts'
import { asError, InvalidArgumentError, RateLimitedError } from '../../errors/index.ts'
import { endOfTurn } from '../../waiting/index.ts'
import { createExchange } from '../exchange/index.ts'
import { DialAddresses, followerProtocol, Followers, GossipRepair, Prober } from '../room/index.ts'
import { FOLLOWER_PAGE_BYTES_RATE, MAX_SUBSCRIPTIONS_PER_PEER } from './constants.ts'
import { FollowedRooms } from './followed-rooms.ts'
import { readSettings } from './settings.ts'
import { SubscriptionCount } from './subscription-count.ts'
import type { FollowRoomsInit, RoomFollowing } from './index.ts'
import type { FollowingSettings } from './settings.ts'
import type { Environment } from '../../environment/index.ts'
import type { GossipRepairComponents, RoomContext, RoomGossipComponents } from '../room/index.ts'
import type { SubscriptionChangeData } from '@libp2p/gossipsub'
import type { ComponentLogger, Logger, PeerId, PeerStore, Startable } from '@libp2p/interface'
import type { ConnectionManager, Registrar } from '@libp2p/interface-internal'

/** What following uses of the node that it belongs to. `identify` and `pubsub` are services that the app adds. */
export interface FollowRoomsComponents extends Omit<GossipRepairComponents, 'pubsub'>, RoomGossipComponents {
  peerId: PeerId
  logger: ComponentLogger
  peerStore: PeerStore
  registrar: Pick<Registrar, 'handle' | 'unhandle'>
  connectionManager: Pick<ConnectionManager, 'getConnections' | 'openConnection'>
}

/**
 * Makes the service. Time and chance come from `environment`, so that tests can own them. (The class itself is not exported since
 * isolated declarations cannot state its two computed names.)
 *
 * @throws {InvalidArgumentError} an option is out of its range
 */
export function createFollowing (components: FollowRoomsComponents, init: FollowRoomsInit = {}, environment: Environment = systemEnvironment): RoomFollowing & Startable {
  return new RoomFollowingService(components, init, environment)
}

/** Watches who subscribes to what, and follows the rooms among it. */
class RoomFollowingService implements RoomFollowing, Startable {
  readonly [Symbol.toStringTag]: string = 'libp2p-invitation/room-following'
  readonly [serviceCapabilities]: string[] = ['libp2p-invitation/room-following']
  readonly [serviceDependencies]: string[] = ['@libp2p/identify', '@libp2p/pubsub']

  readonly #components: FollowRoomsComponents
  readonly #settings: FollowingSettings
  readonly #log: Logger
  readonly #context: RoomContext
  readonly #addresses: DialAddresses
  readonly #prober: Prober
  readonly #rooms: FollowedRooms
  #subscriptions = new SubscriptionCount(MAX_SUBSCRIPTIONS_PER_PEER)
  /** Those with too many of them, of whom it is not known yet whether they follow rooms themselves. */
  readonly #judged = new Set<string>()
  /** One for each run: all listeners of the run hang on it. */
  #run: AbortController | undefined

  constructor (components: FollowRoomsComponents, init: FollowRoomsInit, environment: Environment) {
    const log = components.logger.forComponent('libp2p:invitation:following')
    const settings = readSettings(init)
    const { protocolPrefix } = settings

    this.#components = components
    this.#settings = settings
    this.#log = log
    this.#addresses = new DialAddresses(components.peerStore, environment, log)
    this.#prober = new Prober(components.connectionManager, environment)
    this.#context = {
      components,
      peerId: components.peerId,
      environment,
      log,
      exchange: createExchange(components, {
        protocolPrefix,
        pageBytesRate: FOLLOWER_PAGE_BYTES_RATE,
        desk: {
          answer: async (question) => this.#rooms.on(question.topic)?.answer(question),
          handedOver: (peer, topic, message) => { void this.#rooms.on(topic)?.handedOver(peer, topic, message) }
        }
      }, environment),
      repair: new GossipRepair(components, environment, log),
      followers: new Followers(components.events, protocolPrefix),
      dial: async (peer, peerRecord) => this.#dial(peer, peerRecord),
      isOnline: () => components.connectionManager.getConnections().some(({ status }) => status === 'open')
    }
    this.#rooms = new FollowedRooms(this.#context, settings)
  }

  get topics (): number {
    return this.#rooms.size
  }

  isStarted (): boolean {
    return this.#run != null
  }

  /** @throws {InvalidArgumentError} gossipsub was told not to sign messages */
  async start (): Promise<void> {
    if (this.#run != null) {
      return
    }

    const { pubsub, registrar } = this.#components

    if (pubsub.globalSignaturePolicy !== 'StrictSign') {
      throw new InvalidArgumentError('rooms are followed by a gossipsub that signs messages, as it does by default')
    }

    this.#run = new AbortController()

    const { signal } = this.#run

    this.#followSubscriptions(signal)
    this.#followConnections(signal)
    this.#context.followers.start(signal, peer => { this.#rooms.remove(peer) })
    this.#context.repair.start(signal)
    this.#prober.start(signal)
    // to be seen by identify is all that it is for
    await registrar.handle(followerProtocol(this.#settings.protocolPrefix), (stream) => { stream.abort(new InvalidArgumentError('nothing is said by this protocol')) })
    await this.#context.exchange.start()
  }

  /** Here and not in `stop`: by then gossipsub has stopped. */
  beforeStop (): void {
    this.#run?.abort()
    this.#rooms.stop()
    this.#subscriptions = new SubscriptionCount(MAX_SUBSCRIPTIONS_PER_PEER)
  }

  async stop (): Promise<void> {
    if (this.#run != null) {
      this.#run = undefined
      await this.#components.registrar.unhandle(followerProtocol(this.#settings.protocolPrefix))
      await this.#context.exchange.stop()
    }
  }

  #isConnectedTo (peer: PeerId): boolean {
    return this.#components.connectionManager.getConnections(peer).some(({ status }) => status === 'open')
  }

  #followSubscriptions (signal: AbortSignal): void {
    this.#components.pubsub.addEventListener('subscription-change', ({ detail }) => { this.#take(detail) }, { signal })
  }

  #take ({ peerId, subscriptions }: SubscriptionChangeData): void {
    // gossipsub may be behind, and a disconnect is told only once
    if (!this.#isConnectedTo(peerId)) {
      return
    }

    const isFollower = this.#context.followers.has(peerId)

    for (const { topic, subscribe } of subscriptions) {
      if (isFollower) {
        this.#rooms.on(topic)?.countNeighbours()
      } else if (!this.#count(peerId, topic, subscribe)) {
        void this.#disconnectUnlessFollower(peerId)

        return
      }
    }

    if (!isFollower) {
      this.#rooms.take(peerId, subscriptions)
    }
  }

  #count (peer: PeerId, topic: string, subscribes: boolean): boolean {
    if (subscribes) {
      return this.#subscriptions.add(peer.toString(), topic)
    }

    this.#subscriptions.delete(peer.toString(), topic)

    return true
  }

  /**
   * gossipsub keeps every topic that a peer names until that peer is gone. Another follower may name as many as it follows; it
   * may do so before it was identified.
   */
  async #disconnectUnlessFollower (peer: PeerId): Promise<void> {
    const { connectionManager, identify } = this.#components
    const { followers } = this.#context
    const key = peer.toString()
    const [connection] = connectionManager.getConnections(peer)

    if (connection == null || this.#judged.has(key)) {
      return
    }

    this.#judged.add(key)

    if (!followers.isKnown(peer)) {
      await endOfTurn()
      await identify.identify(connection).catch((err: unknown) => { this.#log('could not identify %p - %e', peer, asError(err)) })
    }

    this.#judged.delete(key)

    if (!followers.has(peer)) {
      this.#log('%p is subscribed to too many topics', peer)

      for (const each of connectionManager.getConnections(peer)) {
        each.abort(new RateLimitedError(`subscribed to more than ${MAX_SUBSCRIPTIONS_PER_PEER} topics`))
      }
    }
  }

  #followConnections (signal: AbortSignal): void {
    const { events } = this.#components

    events.addEventListener('connection:open', ({ detail: { remotePeer } }) => { this.#rooms.connected(remotePeer) }, { signal })
    events.addEventListener('connection:close', ({ detail: { remotePeer } }) => {
      if (!this.#isConnectedTo(remotePeer)) {
        this.#subscriptions.forget(remotePeer.toString())
        this.#rooms.disconnected(remotePeer)
      }
    }, { signal })
  }

  /** The addresses of those on the rosters are not kept in the peer store: it is a relay that has thousands of them. */
  async #dial (peer: PeerId, peerRecord: Uint8Array | undefined): Promise<boolean> {
    try {
      if (peerRecord != null) {
        await this.#addresses.write(peer, peerRecord)
      }

      return await this.#prober.probe(peer)
    } catch (err) {
      this.#log.error('could not look for %p - %e', peer, asError(err))

      return false
    } finally {
      await this.#addresses.forget(peer).catch((err: unknown) => { this.#log.error('could not remove the addresses of %p - %e', peer, asError(err)) })
    }
  }
}
