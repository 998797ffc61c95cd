import { GuardedEventTarget } from '../environment/index.ts'
import { asError } from '../errors/index.ts'
import { encodeGossip } from './record/index.ts'
import { Membership } from './roster/index.ts'
import { MarkStore } from './mark-store.ts'
import { OwnRecords } from './own-records.ts'
import { RoomGossip } from './room-gossip.ts'
import { RoomIntake } from './room-intake.ts'
import { RosterDesk } from './roster-desk.ts'
import { RosterReader } from './roster-reader.ts'
import type { SignedAddresses } from './address-refresh.ts'
import type { PeerPresence, PresenceEvents, Room } from './index.ts'
import type { PresenceContext } from './presence-context.ts'
import type { Mark, Moment, Question, RosterChange, Standing } from './roster/index.ts'
import type { Timer } from '../environment/index.ts'
import type { Answer, Question as ExchangeQuestion } from './exchange/index.ts'
import type { RoomTopics } from './topics/index.ts'
import type { Logger, PeerId } from '@libp2p/interface'

/**
 * One room on the network: hands what comes in by gossip and exchange to the membership, and carries out what that asks
 * for.
 */
export class RoomService extends GuardedEventTarget<PresenceEvents> implements Room {
  readonly name: string
  readonly domain: string
  readonly #context: PresenceContext
  readonly #log: Logger
  readonly #membership: Membership
  readonly #own: OwnRecords
  readonly #gossip: RoomGossip
  readonly #intake: RoomIntake
  readonly #desk: RosterDesk
  readonly #reader: RosterReader
  readonly #marks: MarkStore
  readonly #run = new AbortController()
  #next: { readonly due: number, readonly timer: Timer } | undefined
  #isSoon = false
  /** The goodbye of the present epoch, ready to be sent in no time, where there is a page that may be closed. */
  #goodbye: { readonly topic: string, readonly message: Uint8Array } | undefined

  constructor (name: string, topics: RoomTopics, context: PresenceContext) {
    const { components, environment, self, budget } = context
    const log = context.log.newScope(name)

    super((thrown, type) => { log.error('a listener of %s failed - %e', type, asError(thrown)) })

    this.name = name
    this.domain = topics.domain
    this.#context = context
    this.#log = log
    this.#membership = new Membership({ self: self.peerId, budget, lot: () => environment.random() })
    this.#own = new OwnRecords(self, topics.domain, environment)
    this.#intake = new RoomIntake({
      room: name,
      domain: topics.domain,
      context,
      membership: this.#membership,
      own: this.#own,
      gossip: () => this.#gossip,
      log,
      signal: this.#run.signal,
      took: (peer) => { this.#took(peer) }
    })
    this.#marks = new MarkStore(components.datastore, topics.domain, environment, log)
    this.#gossip = new RoomGossip(components, topics, environment, log, async (topic, message) => this.#intake.validate(topic, message))
    this.#desk = new RosterDesk(this.#membership.roster, this.#own, self.peerId, environment)
    this.#reader = new RosterReader(context, this.#gossip, log, {
      digest: () => this.#membership.roster.digestWith(self.peerId, this.#own.epoch ?? ''),
      take: async (record, handedOn) => this.#intake.handedOn(record, handedOn)
    })
  }

  get [Symbol.toStringTag] (): string {
    return 'libp2p-invitation/room'
  }

  get (peer: PeerId): PeerPresence | undefined {
    return this.#membership.roster.get(peer)
  }

  list (): PeerPresence[] {
    return [...this.#membership.roster]
  }

  [Symbol.iterator] (): Iterator<PeerPresence> {
    return this.list()[Symbol.iterator]()
  }

  /** The signed peer records of those who have one. */
  get signedAddresses (): SignedAddresses[] {
    const { roster } = this.#membership

    return this.list().flatMap(({ peer }) => {
      const peerRecord = roster.peerRecord(peer)

      return peerRecord == null ? [] : [{ peer, peerRecord }]
    })
  }

  standing (peer: PeerId): Standing | undefined {
    return this.#membership.standing(peer, this.#context.environment.now())
  }

  async enter (): Promise<void> {
    this.#membership.restore(await this.#marks.load())
    this.#own.begin()
    this.#membership.join()
    await this.#gossip.start(this.#run.signal)
    this.countNeighbours()
  }

  /** Says goodbye. Resolves to how many it was said to. */
  async sayGoodbye (): Promise<number> {
    const goodbye = await this.#own.goodbye()

    this.#own.end()

    if (goodbye == null) {
      return 0
    }

    const message = encodeGossip({ record: goodbye.signed })

    return this.#gossip.publish(message)
  }

  /** Ends everything that goes on. Resolves when all marks are kept. */
  async stop (): Promise<void> {
    this.#run.abort()
    this.#own.end()
    this.#next?.timer.stop()
    this.#next = undefined
    this.#membership.leave()
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
      this.#own.begin()
    }

    this.#membership.woke(this.#now)
    this.countNeighbours()
  }

  changed (): void {
    this.#membership.changed(this.#now)
    this.#soon()
  }

  /** Whether anybody looks at the page of this peer. */
  hide (isHidden: boolean): void {
    this.#membership.isHidden = isHidden

    if (isHidden) {
      this.#membership.changed(this.#now)
      // a hidden page may be ended without another word
      void this.#marks.flush()
    }

    this.#soon()
  }

  woke (): void {
    this.#membership.woke(this.#now)
    this.#soon()
  }

  /** To be called whenever neighbours may have come or gone. */
  countNeighbours (isOffline: boolean = false): void {
    this.#membership.neighbours(isOffline ? 0 : this.#gossip.neighbours.length, this.#now)
    this.#soon()
  }

  /** There is a connection to a peer. */
  connected (peer: PeerId): void {
    this.#membership.reached(peer)
    this.#soon()
  }

  /** The last connection to a peer is closed. */
  disconnected (peer: PeerId, isOnline: boolean): void {
    if (isOnline) {
      this.#membership.lost(peer, this.#now)
    } else {
      this.#membership.offline()
    }

    this.countNeighbours()
  }

  isListeningTo (topic: string): boolean {
    return this.#gossip.isListeningTo(topic)
  }

  /** A neighbour asks who is here. */
  async answer (question: ExchangeQuestion): Promise<Answer> {
    const page = this.#desk.answer(question)

    return page === 'same' ? page : { ...page, entries: await this.#gossip.seal(question.topic, page.entries) }
  }

  /** A neighbour says something of itself, or hands on its goodbye as the last thing that it does. */
  async handedOver (peer: PeerId, topic: string, message: Uint8Array): Promise<void> {
    await this.#intake.handedOver(peer, topic, message)
  }

  get #now (): number {
    return this.#context.environment.now()
  }

  get #moment (): Moment {
    return { now: this.#now, date: this.#context.environment.date() }
  }

  #took (peer: PeerId | undefined): void {
    const mark = peer == null ? undefined : this.#membership.roster.markOf(peer)

    if (mark != null) {
      this.#marks.note(mark)
    }

    this.#membership.recordCost = this.#context.meter.costOf(this.name) ?? this.#membership.recordCost
    this.#soon()
  }

  /** All that happens in one turn of the event loop is looked at once. No timer: a hidden page's may be a minute late. */
  #soon (): void {
    if (this.#isSoon || this.#run.signal.aborted) {
      return
    }

    this.#isSoon = true
    queueMicrotask(() => {
      this.#isSoon = false
      this.#carryOut()
    })
  }

  #carryOut (): void {
    if (this.#run.signal.aborted) {
      return
    }

    const { say, changes, probe, suspect, ask, standingsChanged } = this.#membership.duties(this.#moment)

    if (say != null) {
      void this.#say(say.lifetime)
    }

    for (const mark of suspect) {
      void this.#publish({ suspicion: mark })
    }

    for (const peer of probe) {
      void this.#probe(peer)
    }

    if (ask != null) {
      void this.#ask(ask)
    }

    for (const change of changes) {
      this.#tell(change)
    }

    if (standingsChanged) {
      this.#context.standingsChanged()
    }

    this.#wait()
  }

  #wait (): void {
    const { environment } = this.#context
    const { now, date } = this.#moment
    const due = this.#membership.due({ now, date })

    if (due <= now) {
      this.#soon()
    } else if (due !== this.#next?.due && due < Infinity) {
      this.#next?.timer.stop()
      this.#next = {
        due,
        timer: environment.startTimer(due - now, () => {
          this.#next = undefined
          this.#carryOut()
        })
      }
    }
  }

  async #say (lifetime: number): Promise<void> {
    const own = await this.#own.next(lifetime)

    if (own == null) {
      return
    }

    const neighbours = await this.#publish({ record: own.signed })

    this.#log.trace('announced this peer in %d bytes to %d neighbours', own.signed.byteLength, neighbours)

    if (this.#context.hasPage) {
      await this.#prepareGoodbye()
    }
  }

  async #prepareGoodbye (): Promise<void> {
    const { topic } = this.#gossip
    const goodbye = await this.#own.goodbye()

    if (topic != null && goodbye != null) {
      this.#goodbye = { topic, message: await this.#gossip.seal(topic, encodeGossip({ record: goodbye.signed })) }
    }
  }

  /** Resolves to how many neighbours it was sent to, and never rejects. */
  async #publish (gossip: { readonly record: Uint8Array } | { readonly suspicion: Mark }): Promise<number> {
    try {
      return await this.#gossip.publish(encodeGossip(gossip))
    } catch (err) {
      this.#log.error('could not publish - %e', asError(err))

      return 0
    }
  }

  async #probe (peer: PeerId): Promise<void> {
    const isThere = await this.#context.prober.probe(peer)

    if (this.#run.signal.aborted) {
      return
    }

    if (isThere) {
      this.#membership.reached(peer)
    } else {
      this.#membership.unreachable(peer, this.#context.isOnline(), this.#now)
    }

    this.#soon()
  }

  async #ask (question: Question): Promise<void> {
    const { signal } = this.#run
    const isAnswered = await this.#reader.read(question, signal)

    if (signal.aborted) {
      return
    }

    if (isAnswered) {
      this.#membership.answered(question, this.#now)
    } else {
      this.#membership.unanswered(question, this.#now)
    }

    this.#soon()
  }

  #tell (change: RosterChange): void {
    if (change.kind === 'forgotten') {
      this.#marks.forget(change.peer)
      this.#context.forgotten(change.peer)

      return
    }

    const { entry } = change

    if (change.kind === 'offline') {
      const mark = this.#membership.roster.markOf(entry.peer)

      if (mark != null) {
        this.#marks.note(mark)
      }
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
