import { GuardedEventTarget } from '../environment/index.ts'
import { asError } from '../errors/index.ts'
import { MarkStore } from './mark-store.ts'
import { OwnRecords } from './own-records.ts'
import { encodeGossip } from './record/index.ts'
import { RosterKeeper } from './room/index.ts'
import { Membership } from './roster/index.ts'
import type { SignedAddresses } from './address-refresh.ts'
import type { PeerPresence, PresenceEvents, Room } from './index.ts'
import type { PresenceContext } from './presence-context.ts'
import type { KeptMark, Roster, RosterChange, Standing } from './roster/index.ts'
import type { RoomTopics } from './topics/index.ts'
import type { Logger, PeerId } from '@libp2p/interface'

/** One room that this peer is in: what it says of itself there, and what the app is told of others. */
export class RoomService extends GuardedEventTarget<PresenceEvents> implements Room {
  readonly name: string
  readonly domain: string
  readonly keeper: RosterKeeper
  readonly #context: PresenceContext
  readonly #log: Logger
  readonly #membership: Membership
  readonly #own: OwnRecords
  readonly #marks: MarkStore
  /** The goodbye of the present epoch, ready to be sent in no time, where there is a page that may be closed. */
  #goodbye: { readonly topic: string, readonly message: Uint8Array } | undefined

  constructor (name: string, topics: RoomTopics, context: PresenceContext) {
    const { environment, self, budget, meter, addresses } = context
    const log = context.log.newScope(name)

    super((thrown, type) => { log.error('a listener of %s failed - %e', type, asError(thrown)) })

    this.name = name
    this.domain = topics.domain
    this.#context = context
    this.#log = log
    // who comes to a room with a secret by way of relays finds nobody there to ask
    this.#membership = new Membership({ self: self.peerId, budget, lot: () => environment.random(), greets: topics.isSealed })
    this.#own = new OwnRecords(self, topics.domain, environment)
    this.#marks = new MarkStore(context.datastore, topics.domain, environment, log)
    this.keeper = new RosterKeeper({
      topics,
      context,
      membership: this.#membership,
      log,
      part: {
        own: this.#own,
        say: (lifetime) => { void this.#say(lifetime) },
        heard: (message) => {
          meter.heard(name, message)
          this.#membership.recordCost = meter.costOf(name) ?? this.#membership.recordCost
        },
        storeAddresses: (peer, peerRecord) => { addresses.store(peer, peerRecord) },
        took: (peer) => { this.#note(peer) },
        tell: (change) => { this.#tell(change) },
        standingsChanged: () => { context.standingsChanged() }
      }
    })
  }

  get [Symbol.toStringTag] (): string {
    return 'libp2p-invitation/room'
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

  /** The signed peer records of those who have one. */
  get signedAddresses (): SignedAddresses[] {
    return this.list().flatMap(({ peer }) => {
      const peerRecord = this.#roster.peerRecord(peer)

      return peerRecord == null ? [] : [{ peer, peerRecord }]
    })
  }

  standing (peer: PeerId): Standing | undefined {
    return this.#membership.standing(peer, this.#context.environment.now())
  }

  async enter (): Promise<void> {
    const marks = await this.#marks.load()
    const isOwn = ({ peer }: KeptMark): boolean => peer.equals(this.#context.self.peerId)

    this.#membership.restore(marks.filter(mark => !isOwn(mark)))
    this.#begin(marks.find(isOwn)?.epoch)
    await this.keeper.start()
  }

  /** Says goodbye. Resolves to how many it was said to. */
  async sayGoodbye (): Promise<number> {
    const goodbye = await this.#own.goodbye()

    this.#own.end()

    return goodbye == null ? 0 : this.keeper.publish({ record: goodbye.signed })
  }

  /** Ends everything that goes on. Resolves when all marks are kept. */
  async stop (): Promise<void> {
    this.#own.end()
    this.keeper.stop()
    this.#context.meter.forget(this.name)
    await this.#marks.stop()
  }

  /** The page is being closed: only what is sent in this very turn gets out. */
  sayGoodbyeNow (): void {
    if (this.#goodbye != null) {
      const { topic, message } = this.#goodbye

      this.#goodbye = undefined
      this.#own.end()
      this.#context.exchange.handOver(topic, message)
    }
  }

  /** The page was closed, and is shown again as it was. */
  comeBack (): void {
    if (this.#own.epoch == null) {
      this.#begin()
    }

    this.#membership.woke(this.#now)
    this.keeper.countNeighbours()
  }

  changed (): void {
    this.#membership.changed(this.#now)
    this.keeper.soon()
  }

  addressesMayHaveChanged (): void {
    this.#membership.addressesChanged(this.#own.addressChange, this.#now)
    this.keeper.soon()
  }

  /** Whether anybody looks at the page of this peer. */
  hide (isHidden: boolean): void {
    this.#membership.isHidden = isHidden

    if (isHidden) {
      this.#membership.changed(this.#now)
      // a hidden page may be ended without another word
      void this.#marks.flush()
    }

    this.keeper.soon()
  }

  woke (): void {
    this.#membership.woke(this.#now)
    this.keeper.soon()
  }

  get #roster (): Roster {
    return this.keeper.roster
  }

  get #now (): number {
    return this.#context.environment.now()
  }

  /** Begins an epoch, and keeps it: after a restart the next one must be later, even if the clock was set back. */
  #begin (before?: string): void {
    const { peerId: peer } = this.#context.self

    this.#marks.note({ peer, epoch: this.#own.begin(before), sequence: 0n, present: true })
  }

  async #say (lifetime: number): Promise<void> {
    const own = await this.#own.next(lifetime)

    if (own == null) {
      return
    }

    const neighbours = await this.keeper.publish({ record: own.signed })

    this.#log.trace('announced this peer in %d bytes to %d neighbours', own.signed.byteLength, neighbours)

    if (this.#context.hasPage) {
      await this.#prepareGoodbye()
    }
  }

  async #prepareGoodbye (): Promise<void> {
    const { topic } = this.keeper
    const goodbye = await this.#own.goodbye()

    if (topic != null && goodbye != null) {
      this.#goodbye = { topic, message: await this.keeper.seal(topic, encodeGossip({ record: goodbye.signed })) }
    }
  }

  /** Keeps how far a peer has come. */
  #note (peer: PeerId): void {
    const mark = this.#roster.markOf(peer)

    if (mark != null) {
      this.#marks.note(mark)
    }
  }

  #tell (change: RosterChange): void {
    if (change.kind === 'forgotten') {
      this.#marks.forget(change.peer)
      this.#context.forgotten(change.peer)

      return
    }

    const { entry } = change

    if (change.kind === 'offline') {
      this.#note(entry.peer)
    }

    this.#context.addresses.whenStored(entry.peer, () => {
      switch (change.kind) {
        case 'online': {
          this.tell('peer:online', entry)
          break
        }
        case 'update': {
          this.tell('peer:update', { ...entry, restarted: change.restarted })
          break
        }
        default: {
          this.tell('peer:offline', { ...entry, reason: change.reason })
        }
      }
    })
    this.#context.tell(this.name, change)
  }
}
