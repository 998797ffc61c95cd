import { serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { CODE_P2P } from '@multiformats/multiaddr'
import { GuardedEventTarget, systemEnvironment } from '../environment/index.ts'
import { asError, InvalidArgumentError, NotStartedError } from '../errors/index.ts'
import { Announcer } from './announcer.ts'
import { ADDRESS_REFRESH_INTERVAL, GOODBYE_LINGER } from './constants.ts'
import { MAX_GONE, MAX_PRESENT, Roster } from './roster/index.ts'
import { DialAddresses } from './dial-addresses.ts'
import { InvalidRecordError, UnusableRecordError } from './record/index.ts'
import { GossipRepair } from './gossip-repair.ts'
import { RecordGate } from './record-gate.ts'
import { checkData, checkStatus, readSettings } from './settings.ts'
import type { GossipRepairComponents } from './gossip-repair.ts'
import type { PeerPresence, Presence, PresenceEvents, PresenceInit, PresenceStatus } from './index.ts'
import type { CheckedRecord, RosterChange } from './roster/index.ts'
import type { Environment, Timer } from '../environment/index.ts'
import type { GossipSub, Message, TopicValidatorResult } from '@libp2p/gossipsub'
import type { ComponentLogger, Logger, PeerId, PeerStore, PrivateKey, Startable } from '@libp2p/interface'
import type { AddressManager } from '@libp2p/interface-internal'

/** What presence uses of the node that it belongs to. `identify` and `pubsub` are services that the app adds. */
export interface PresenceComponents extends GossipRepairComponents {
  peerId: PeerId
  privateKey: PrivateKey
  logger: ComponentLogger
  peerStore: PeerStore
  addressManager: Pick<AddressManager, 'getAddresses'>
  pubsub: Pick<GossipSub, 'globalSignaturePolicy' | 'subscribe' | 'publish' | 'addEventListener'> & { topicValidators: Map<string, TopicValidator> }
}

/** What gossipsub is told of a message: its enum as plain strings, so that its package is needed for types only. */
type Verdict = `${TopicValidatorResult}`
type TopicValidator = (source: PeerId, message: Message) => Verdict | Promise<Verdict>

/**
 * Makes the service. Time and chance come from `environment`, so that tests can own them. (The class itself is not
 * exported since isolated declarations cannot state its two computed names.)
 *
 * @throws {InvalidArgumentError} an option is out of its range
 */
export function createPresence (components: PresenceComponents, init: PresenceInit = {}, environment: Environment = systemEnvironment): Presence & Startable {
  return new PresenceService(components, init, environment)
}

/** The part of presence that touches the network: between gossipsub, the peer store, and the roster. */
class PresenceService extends GuardedEventTarget<PresenceEvents> implements Presence, Startable {
  readonly [Symbol.toStringTag]: string = 'libp2p-invitation/presence'
  readonly [serviceCapabilities]: string[] = ['libp2p-invitation/presence']
  readonly [serviceDependencies]: string[] = ['@libp2p/identify', '@libp2p/pubsub']

  readonly #components: PresenceComponents
  readonly #environment: Environment
  readonly #log: Logger
  readonly #topic: string
  readonly #roster = new Roster(MAX_PRESENT, MAX_GONE)
  readonly #gate: RecordGate
  readonly #announcer: Announcer
  readonly #addresses: DialAddresses
  /** One for each run: all listeners of the run hang on it. */
  #run: AbortController | undefined
  #expiry: { readonly at: number, readonly timer: Timer } | undefined
  #refresh: Timer | undefined

  constructor (components: PresenceComponents, init: PresenceInit, environment: Environment) {
    const log = components.logger.forComponent('libp2p:invitation:presence')

    super((thrown, type) => { log.error('a listener of %s failed - %e', type, asError(thrown)) })

    const { topic, heartbeatInterval, lifetime, status, data } = readSettings(init)

    this.#components = components
    this.#environment = environment
    this.#log = log
    this.#topic = topic
    this.#gate = new RecordGate(topic, this.#roster, environment)
    this.#addresses = new DialAddresses(components.peerStore)
    this.#announcer = new Announcer({
      peerId: components.peerId,
      privateKey: components.privateKey,
      topic,
      heartbeatInterval,
      lifetime,
      environment,
      log,
      addresses: () => components.addressManager.getAddresses().map(address => address.decapsulateCode(CODE_P2P)),
      rosterSize: () => this.#roster.size,
      publish: async (record) => {
        const { recipients } = await components.pubsub.publish(topic, record)

        log.trace('announced this peer in %d bytes to %d neighbours', record.byteLength, recipients.length)

        return recipients.length
      }
    })
    this.#announcer.status = status
    this.#announcer.data = data
  }

  get status (): PresenceStatus {
    return this.#announcer.status
  }

  setStatus (status: PresenceStatus): void {
    checkStatus(status)
    this.#assertStarted()
    this.#announcer.status = status
  }

  setData (data: Uint8Array): void {
    checkData(data)
    this.#assertStarted()
    this.#announcer.data = data
  }

  get (peer: PeerId): PeerPresence | undefined {
    return this.#roster.get(peer)
  }

  list (): PeerPresence[] {
    return [...this.#roster]
  }

  [Symbol.iterator] (): Iterator<PeerPresence> {
    return this.list()[Symbol.iterator]()
  }

  isStarted (): boolean {
    return this.#run != null
  }

  /** @throws {InvalidArgumentError} gossipsub was told not to sign messages */
  start (): void {
    if (this.#run != null) {
      return
    }

    const { events, pubsub } = this.#components

    if (pubsub.globalSignaturePolicy !== 'StrictSign') {
      throw new InvalidArgumentError('presence needs gossipsub to sign messages, as it does by default')
    }

    const run = new AbortController()
    const { signal } = run

    this.#run = run
    pubsub.topicValidators.set(this.#topic, async (_, message) => this.#validate(message, signal))
    pubsub.addEventListener('subscription-change', ({ detail }) => {
      if (detail.subscriptions.some(({ topic, subscribe }) => topic === this.#topic && subscribe)) {
        this.#announcer.sayAgain()
      }
    }, { signal })

    // libp2p tells of its own new addresses one second late; the transport does at once
    for (const type of ['self:peer:update', 'transport:listening', 'transport:close'] as const) {
      events.addEventListener(type, () => { this.#announcer.addressesMayHaveChanged() }, { signal })
    }

    new GossipRepair(this.#components, this.#environment, this.#log).start(signal)
    this.#awaitRefresh(signal)
  }

  /** gossipsub takes subscriptions only once it is started itself. */
  afterStart (): void {
    this.#components.pubsub.subscribe(this.#topic)
    this.#announcer.start()
  }

  /** Here and not in `stop`: by then connections are being closed, and a goodbye is lost. */
  async beforeStop (): Promise<void> {
    try {
      if (await this.#announcer.leave() > 0) {
        await new Promise<void>(resolve => { this.#environment.startTimer(GOODBYE_LINGER, resolve) })
      }
    } catch (err) {
      this.#log.error('could not say goodbye - %e', asError(err))
    }
  }

  stop (): void {
    this.#run?.abort()
    this.#run = undefined
    this.#components.pubsub.topicValidators.delete(this.#topic)
    this.#expiry?.timer.stop()
    this.#expiry = undefined
    this.#refresh?.stop()
    this.#roster.clear()
  }

  #assertStarted (): void {
    if (this.#run == null) {
      throw new NotStartedError('presence is not started')
    }
  }

  /** What gossipsub asks before it forwards a message. What is accepted is on the roster by then. */
  async #validate (message: Message, signal: AbortSignal): Promise<Verdict> {
    try {
      // an unsigned message has no author; one of this very peer comes from a second node with the same key
      if (message.type === 'signed' && !message.from.equals(this.#components.peerId)) {
        const record = await this.#gate.check(message.data, message.from)

        return await this.#hear(record, signal) ? 'accept' : 'ignore'
      }
    } catch (err) {
      if (err instanceof InvalidRecordError) {
        this.#log('rejected a record - %e', err)

        return 'reject'
      }

      if (err instanceof UnusableRecordError) {
        this.#log.trace('ignored a record - %e', err)
      } else {
        this.#log.error('could not take in a record - %e', asError(err))
      }
    }

    return 'ignore'
  }

  /** Returns whether it was still news once the addresses were stored. */
  async #hear (record: CheckedRecord, signal: AbortSignal): Promise<boolean> {
    const { peer, peerRecord } = record

    if (peerRecord != null && record.multiaddrs !== this.#roster.get(peer)?.multiaddrs) {
      await this.#addresses.write(peer, peerRecord).catch((err: unknown) => {
        this.#log.error('could not store the addresses of %p - %e', peer, asError(err))
      })
    }

    if (signal.aborted || this.#roster.judge(peer, record) !== 'news') {
      return false
    }

    this.#tell(this.#roster.hear(record, { now: this.#environment.now(), date: this.#environment.date() }))
    this.#awaitExpiry()

    return true
  }

  #tell (changes: RosterChange[]): void {
    for (const change of changes) {
      switch (change.kind) {
        case 'online': {
          this.safeDispatchEvent('peer:online', { detail: change.entry })
          this.#announcer.sayAgain()
          break
        }
        case 'update': {
          this.safeDispatchEvent('peer:update', { detail: { ...change.entry, restarted: change.restarted } })

          if (change.restarted) {
            this.#announcer.sayAgain()
          }
          break
        }
        case 'offline': {
          this.safeDispatchEvent('peer:offline', { detail: { ...change.entry, reason: change.reason } })
          break
        }
        case 'forgotten': {
          this.#addresses.forget(change.peer).catch((err: unknown) => {
            this.#log.error('could not remove the addresses of %p - %e', change.peer, asError(err))
          })
        }
      }
    }
  }

  #awaitExpiry (): void {
    const at = this.#roster.nextExpiry

    if (at == null || (this.#expiry != null && this.#expiry.at <= at)) {
      return
    }

    this.#expiry?.timer.stop()
    this.#expiry = {
      at,
      timer: this.#environment.startTimer(Math.max(at - this.#environment.now(), 0), () => {
        this.#expiry = undefined
        this.#tell(this.#roster.expire(this.#environment.now()))
        this.#awaitExpiry()
      })
    }
  }

  /** Once in a while, for the reason that the interval gives. */
  #awaitRefresh (signal: AbortSignal): void {
    this.#refresh = this.#environment.startTimer(ADDRESS_REFRESH_INTERVAL, () => {
      void this.#refreshAddresses(signal)
    })
  }

  async #refreshAddresses (signal: AbortSignal): Promise<void> {
    for (const { peer } of this.list()) {
      const peerRecord = this.#roster.peerRecord(peer)

      if (peerRecord != null && !signal.aborted) {
        await this.#addresses.refresh(peer, peerRecord).catch((err: unknown) => {
          this.#log.error('could not refresh the addresses of %p - %e', peer, asError(err))
        })
      }
    }

    if (!signal.aborted) {
      this.#awaitRefresh(signal)
    }
  }
}
