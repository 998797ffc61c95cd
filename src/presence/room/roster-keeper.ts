import { asError } from '../../errors/index.ts'
import { encodeGossip } from '../record/index.ts'
import { RoomGossip } from './room-gossip.ts'
import { RoomIntake } from './room-intake.ts'
import { RosterDesk } from './roster-desk.ts'
import { RosterReader } from './roster-reader.ts'
import type { RoomContext } from './room-context.ts'
import type { RoomPart } from './room-part.ts'
import type { Timer } from '../../environment/index.ts'
import type { Answer, Question as ExchangeQuestion } from '../exchange/index.ts'
import type { Mark, Membership, Moment, Question, Roster } from '../roster/index.ts'
import type { RoomTopics } from '../topics/index.ts'
import type { Logger, PeerId } from '@libp2p/interface'

/** What a keeper is made with. */
export interface RosterKeeperInit {
  readonly topics: RoomTopics
  readonly context: RoomContext
  readonly membership: Membership
  readonly part: RoomPart
  readonly log: Logger
}

/**
 * Keeps the roster of one room: hands what comes in by gossip and exchange to the membership, carries out what that asks for,
 * and answers neighbours who ask who is there.
 */
export class RosterKeeper {
  readonly #context: RoomContext
  readonly #membership: Membership
  readonly #part: RoomPart
  readonly #log: Logger
  readonly #gossip: RoomGossip
  readonly #intake: RoomIntake
  readonly #desk: RosterDesk
  readonly #reader: RosterReader
  readonly #run = new AbortController()
  #next: { readonly due: number, readonly timer: Timer } | undefined
  #isSoon = false

  constructor ({ topics, context, membership, part, log }: RosterKeeperInit) {
    const { components, environment, peerId } = context

    this.#context = context
    this.#membership = membership
    this.#part = part
    this.#log = log
    this.#intake = new RoomIntake({
      domain: topics.domain,
      context,
      membership,
      part,
      gossip: () => this.#gossip,
      log,
      signal: this.#run.signal,
      took: (peer) => {
        if (peer != null) {
          part.took?.(peer)
        }

        this.soon()
      }
    })
    this.#gossip = new RoomGossip(components, topics, environment, log, async (topic, message, neighbour) => this.#intake.validate(topic, message, neighbour))
    this.#desk = new RosterDesk(membership.roster, part.own, peerId, environment)
    this.#reader = new RosterReader(context, this.#gossip, log, {
      roster: membership.roster,
      // whose addresses are made up shall not make a relay dial them
      mayDial: part.own != null,
      digest: () => part.own == null ? membership.roster.digest : membership.roster.digestWith(peerId, part.own.epoch ?? ''),
      take: async (record, handedOn) => this.#intake.handedOn(record, handedOn)
    })
  }

  get roster (): Roster {
    return this.#membership.roster
  }

  /** The topic to speak on; undefined while there is none. */
  get topic (): string | undefined {
    return this.#gossip.topic
  }

  get isStopped (): boolean {
    return this.#run.signal.aborted
  }

  async start (): Promise<void> {
    this.#membership.join()
    await this.#gossip.start(this.#run.signal)
    this.countNeighbours()
  }

  /** Ends everything that goes on. */
  stop (): void {
    this.#run.abort()
    this.#next?.timer.stop()
    this.#next = undefined
    this.#membership.leave()
  }

  isListeningTo (topic: string): boolean {
    return this.#gossip.isListeningTo(topic)
  }

  /** To be called whenever neighbours may have come or gone. */
  countNeighbours (isOffline: boolean = false): void {
    this.#membership.neighbours(isOffline ? 0 : this.#gossip.neighbours.length, this.#now)
    this.soon()
  }

  /** There is a connection to a peer. */
  connected (peer: PeerId): void {
    this.#membership.reached(peer)
    this.soon()
  }

  /**
   * The last connection to a peer is closed.
   *
   * @param isExplained - whether by something else than that the peer is gone
   */
  disconnected (peer: PeerId, isExplained: boolean = false): void {
    if (!this.#context.isOnline()) {
      this.#membership.offline()
    } else if (!isExplained) {
      this.#membership.lost(peer, this.#now)
    }

    this.countNeighbours()
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

  async seal (topic: string, bytes: Uint8Array): Promise<Uint8Array> {
    return this.#gossip.seal(topic, bytes)
  }

  /** Resolves to how many neighbours it was sent to, and never rejects. */
  async publish (gossip: { readonly record: Uint8Array } | { readonly suspicion: Mark }): Promise<number> {
    try {
      return await this.#gossip.publish(encodeGossip(gossip))
    } catch (err) {
      this.#log.error('could not publish - %e', asError(err))

      return 0
    }
  }

  /**
   * To be called when something has happened that the membership was told of. All that happens in one turn of the event loop is
   * looked at once. No timer: a hidden page's may be a minute late.
   */
  soon (): void {
    if (this.#isSoon || this.isStopped) {
      return
    }

    this.#isSoon = true
    queueMicrotask(() => {
      this.#isSoon = false
      this.#carryOut()
    })
  }

  get #now (): number {
    return this.#context.environment.now()
  }

  get #moment (): Moment {
    return { now: this.#now, date: this.#context.environment.date() }
  }

  #carryOut (): void {
    if (this.isStopped) {
      return
    }

    const { say, changes, probe, suspect, ask, standingsChanged } = this.#membership.duties(this.#moment)

    if (say != null) {
      this.#part.say?.(say.lifetime)
    }

    for (const mark of suspect) {
      void this.publish({ suspicion: mark })
    }

    for (const peer of probe) {
      void this.#probe(peer)
    }

    if (ask != null) {
      void this.#ask(ask)
    }

    for (const change of changes) {
      this.#part.tell?.(change)
    }

    if (standingsChanged) {
      this.#part.standingsChanged?.()
    }

    this.#wait()
  }

  #wait (): void {
    const { environment } = this.#context
    const { now, date } = this.#moment
    const due = this.#membership.due({ now, date })

    if (due <= now) {
      this.soon()
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

  async #probe (peer: PeerId): Promise<void> {
    const isThere = await this.#context.dial(peer, this.roster.peerRecord(peer))

    if (this.isStopped) {
      return
    }

    if (isThere) {
      this.#membership.reached(peer)
    } else {
      this.#membership.unreachable(peer, this.#context.isOnline(), this.#now)
    }

    this.soon()
  }

  async #ask (question: Question): Promise<void> {
    const isAnswered = await this.#reader.read(question, this.#run.signal)

    if (this.isStopped) {
      return
    }

    if (isAnswered) {
      this.#membership.answered(question, this.#now)
    } else {
      this.#membership.unanswered(question, this.#now)
    }

    this.soon()
  }
}
