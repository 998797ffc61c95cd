import { serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { CODE_P2P } from '@multiformats/multiaddr'
import { currentPage, GuardedEventTarget, PageLifecycle, systemEnvironment } from '../environment/index.ts'
import { asError, InvalidArgumentError, NotStartedError } from '../errors/index.ts'
import { AddressRefresh } from './address-refresh.ts'
import { Everybody } from './everybody.ts'
import { createExchange } from './exchange/index.ts'
import { LostConnections } from './lost-connections.ts'
import { DialAddresses, Followers, GossipRepair, Prober } from './room/index.ts'
import { Rooms } from './rooms.ts'
import { Self } from './self.ts'
import { checkData, checkRoomName, checkStatus, readSettings } from './settings.ts'
import { TrafficMeter } from './traffic-meter.ts'
import { Watches } from './watches.ts'
import type { EverybodyChange } from './everybody.ts'
import type { JoinOptions, PeerPresence, PeerSighting, Presence, PresenceEvents, PresenceInit, PresenceLevel, PresenceStatus, Room } from './index.ts'
import type { PresenceContext } from './presence-context.ts'
import type { GossipRepairComponents, RoomGossipComponents } from './room/index.ts'
import type { RoomService } from './room-service.ts'
import type { RosterChange } from './roster/index.ts'
import type { PresenceSettings } from './settings.ts'
import type { Environment, Page } from '../environment/index.ts'
import type { AbortOptions, ComponentLogger, Logger, PeerId, PeerStore, PrivateKey, Startable } from '@libp2p/interface'
import type { AddressManager, ConnectionManager, Registrar } from '@libp2p/interface-internal'
import type { Datastore } from 'interface-datastore'

/** What presence uses of the node that it belongs to. `identify` and `pubsub` are services that the app adds. */
export interface PresenceComponents extends Omit<GossipRepairComponents, 'pubsub'>, RoomGossipComponents {
  peerId: PeerId
  privateKey: PrivateKey
  logger: ComponentLogger
  peerStore: PeerStore
  datastore: Datastore
  registrar: Pick<Registrar, 'handle' | 'unhandle'>
  connectionManager: Pick<ConnectionManager, 'getConnections' | 'openConnection'>
  addressManager: Pick<AddressManager, 'getAddresses'>
}

/**
 * Makes the service. Time and chance come from `environment`, and what happens to the page from `page`, so that tests can
 * own them. (The class itself is not exported since isolated declarations cannot state its two computed names.)
 *
 * @throws {InvalidArgumentError} an option is out of its range
 */
export function createPresence (components: PresenceComponents, init: PresenceInit = {}, environment: Environment = systemEnvironment, page: Page | undefined = currentPage()): Presence & Startable {
  return new PresenceService(components, init, environment, page)
}

/** The rooms of one node as one presence, and all that they share. */
class PresenceService extends GuardedEventTarget<PresenceEvents> implements Presence, Startable {
  readonly [Symbol.toStringTag]: string = 'libp2p-invitation/presence'
  readonly [serviceCapabilities]: string[] = ['libp2p-invitation/presence']
  readonly [serviceDependencies]: string[] = ['@libp2p/identify', '@libp2p/pubsub']

  readonly #components: PresenceComponents
  readonly #settings: PresenceSettings
  readonly #log: Logger
  readonly #self: Self
  readonly #context: PresenceContext
  readonly #page: PageLifecycle
  readonly #refresh: AddressRefresh
  readonly #everybody = new Everybody()
  readonly #rooms: Rooms
  readonly #watches = new Watches(peer => this.#look(peer))
  readonly #prober: Prober
  /** One for each run: all listeners of the run hang on it. */
  #run: AbortController | undefined

  constructor (components: PresenceComponents, init: PresenceInit, environment: Environment, page: Page | undefined) {
    const log = components.logger.forComponent('libp2p:invitation:presence')

    super((thrown, type) => { log.error('a listener of %s failed - %e', type, asError(thrown)) })

    const settings = readSettings(init)
    const { protocolPrefix, status, data, budget } = settings

    this.#components = components
    this.#settings = settings
    this.#log = log
    this.#self = new Self({
      peerId: components.peerId,
      privateKey: components.privateKey,
      environment,
      status,
      data,
      addresses: () => components.addressManager.getAddresses().map(address => address.decapsulateCode(CODE_P2P)),
      changed: () => { this.#forEachRoom(room => { room.changed() }) }
    })
    const addresses = new DialAddresses(components.peerStore, environment, log)

    this.#page = new PageLifecycle(page)
    this.#prober = new Prober(components.connectionManager, environment)
    this.#refresh = new AddressRefresh(addresses, environment, log, () => [...this.#rooms].flatMap(room => room.signedAddresses))
    this.#context = {
      components,
      datastore: components.datastore,
      peerId: components.peerId,
      environment,
      log,
      self: this.#self,
      addresses,
      exchange: createExchange(components, {
        protocolPrefix,
        desk: {
          answer: async (question) => this.#rooms.on(question.topic)?.keeper.answer(question),
          handedOver: (peer, topic, message) => { void this.#rooms.on(topic)?.keeper.handedOver(peer, topic, message) }
        }
      }, environment),
      meter: new TrafficMeter(components),
      repair: new GossipRepair(components, environment, log),
      followers: new Followers(components.events, protocolPrefix),
      // whoever is on a roster has its addresses in the peer store
      dial: async (peer) => this.#prober.probe(peer),
      budget,
      hasPage: page != null,
      isOnline: () => this.#isOnline,
      tell: (room, change) => { this.#tell(room, change) },
      forgotten: (peer) => { this.#forget(peer) },
      standingsChanged: () => { this.#watches.mayHaveChanged() }
    }
    this.#rooms = new Rooms(this.#context, protocolPrefix, room => {
      this.#everybody.leaveRoom(room.name)
      this.#watches.mayHaveChanged()
    })
  }

  get status (): PresenceStatus {
    return this.#self.status
  }

  get rooms (): readonly Room[] {
    return [...this.#rooms]
  }

  setStatus (status: PresenceStatus): void {
    checkStatus(status)
    this.#assertStarted()
    this.#self.status = status
  }

  setData (data: Uint8Array): void {
    checkData(data)
    this.#assertStarted()
    this.#self.data = data
  }

  async join (name: string, options: JoinOptions & AbortOptions = {}): Promise<Room> {
    checkRoomName(name)

    const { signal } = this.#assertStarted()

    return this.#rooms.enter(name, options, this.#page.isHidden, signal)
  }

  async leave (name: string): Promise<void> {
    this.#assertStarted()
    await this.#rooms.leave(name)
  }

  get (peer: PeerId): PeerPresence | undefined {
    return this.#everybody.get(peer)
  }

  list (): PeerPresence[] {
    return [...this.#everybody]
  }

  [Symbol.iterator] (): Iterator<PeerPresence> {
    return this.list()[Symbol.iterator]()
  }

  query (peers: Iterable<PeerId>): PeerSighting[] {
    return [...peers].map(peer => this.#look(peer))
  }

  watch (peers: Iterable<PeerId>, options: AbortOptions = {}): AsyncIterable<PeerSighting> {
    this.#assertStarted()

    return this.#watches.begin(peers, options)
  }

  isStarted (): boolean {
    return this.#run != null
  }

  /** @throws {InvalidArgumentError} gossipsub was told not to sign messages */
  async start (): Promise<void> {
    if (this.#run != null) {
      return
    }

    const { pubsub } = this.#components

    if (pubsub.globalSignaturePolicy !== 'StrictSign') {
      throw new InvalidArgumentError('presence needs gossipsub to sign messages, as it does by default')
    }

    this.#run = new AbortController()

    const { signal } = this.#run

    this.#self.beginRun()
    this.#followConnections(signal)
    this.#context.meter.start(signal)
    this.#context.repair.start(signal)
    this.#context.followers.start(signal)
    this.#prober.start(signal)
    this.#refresh.start(signal)
    await this.#context.exchange.start()
  }

  /**
   * gossipsub takes subscriptions only once it is started itself. And of a page that is closed others are to hear what it says of
   * its calls before the goodbye, so that it is the goodbye that is lost where not all gets through: a relay that writes to a
   * page that is gone reads no more of what that had sent. What listens to the page first speaks first.
   */
  async afterStart (): Promise<void> {
    this.#followPage(this.#assertStarted().signal)
    await Promise.all(this.#settings.rooms.map(async ({ name, ...options }) => this.join(name, options)))
  }

  /** Here and not in `stop`: by then connections are being closed and gossipsub has stopped, and a goodbye is lost. */
  async beforeStop (): Promise<void> {
    await this.#rooms.leaveAll()
  }

  async stop (): Promise<void> {
    this.#run?.abort()
    this.#run = undefined

    this.#watches.endAll()
    this.#context.addresses.stop()
    await this.#context.exchange.stop()
  }

  #assertStarted (): AbortController {
    if (this.#run == null) {
      throw new NotStartedError('presence is not started')
    }

    return this.#run
  }

  #forEachRoom (call: (room: RoomService) => void): void {
    for (const room of this.#rooms) {
      call(room)
    }
  }

  get #isOnline (): boolean {
    return this.#components.connectionManager.getConnections().some(({ status }) => status === 'open')
  }

  #isConnectedTo (peer: PeerId): boolean {
    return this.#components.connectionManager.getConnections(peer).some(({ status }) => status === 'open')
  }

  #look (peer: PeerId): PeerSighting {
    return { peer, level: this.#levelOf(peer), presence: this.#everybody.get(peer) }
  }

  #levelOf (peer: PeerId): PresenceLevel {
    if (this.#isConnectedTo(peer)) {
      return 'connected'
    }

    const standings = new Set([...this.#rooms].map(room => room.standing(peer)))

    return standings.has('announced') ? 'announced' : standings.has('stale') ? 'stale' : 'gone'
  }

  #tell (room: string, change: Exclude<RosterChange, { kind: 'forgotten' }>): void {
    const told = this.#everybody.take(room, change)

    if (told != null) {
      this.#context.addresses.whenStored(told.entry.peer, () => { this.#tellEverybody(told) })
    }

    this.#watches.mayHaveChanged(change.entry.peer)
  }

  #tellEverybody (told: EverybodyChange): void {
    switch (told.kind) {
      case 'online': {
        this.tell('peer:online', told.entry)
        break
      }
      case 'update': {
        this.tell('peer:update', { ...told.entry, restarted: told.restarted })
        break
      }
      default: {
        this.tell('peer:offline', { ...told.entry, reason: told.reason })
      }
    }
  }

  #forget (peer: PeerId): void {
    if (this.#everybody.get(peer) == null) {
      this.#context.addresses.forget(peer).catch((err: unknown) => {
        this.#log.error('could not remove the addresses of %p - %e', peer, asError(err))
      })
    }
  }

  #followConnections (signal: AbortSignal): void {
    const { events, pubsub } = this.#components

    pubsub.addEventListener('subscription-change', ({ detail }) => {
      for (const { topic } of detail.subscriptions) {
        this.#rooms.on(topic)?.keeper.countNeighbours()
      }
    }, { signal })

    events.addEventListener('connection:open', ({ detail: { remotePeer } }) => {
      this.#forEachRoom(room => { room.keeper.connected(remotePeer) })
      this.#watches.mayHaveChanged(remotePeer)
    }, { signal })

    new LostConnections(this.#components, (peer, isExplained) => {
      this.#forEachRoom(room => { room.keeper.disconnected(peer, isExplained) })
      this.#watches.mayHaveChanged(peer)
    }).start(signal)

    events.addEventListener('peer:identify', ({ detail: { peerId } }) => { this.#refresh.identified(peerId) }, { signal })

    // libp2p tells of its own new addresses one second late; the transport does at once
    for (const type of ['self:peer:update', 'transport:listening', 'transport:close'] as const) {
      events.addEventListener(type, () => { this.#forEachRoom(room => { room.addressesMayHaveChanged() }) }, { signal })
    }
  }

  #followPage (signal: AbortSignal): void {
    this.#page.start({
      leaving: () => { this.#forEachRoom(room => { room.sayGoodbyeNow() }) },
      restored: () => { this.#forEachRoom(room => { room.comeBack() }) },
      hidden: () => { this.#forEachRoom(room => { room.hide(true) }) },
      visible: () => { this.#forEachRoom(room => { room.hide(false) }) },
      resumed: () => { this.#forEachRoom(room => { room.woke() }) },
      offline: () => { this.#forEachRoom(room => { room.keeper.countNeighbours(true) }) },
      online: () => { this.#forEachRoom(room => { room.keeper.countNeighbours() }) }
    }, signal)
  }
}
