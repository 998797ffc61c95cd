import { asError } from '../../errors/index.ts'
import { BUSY_DELAY, GOSSIP_MUST_HAVE_BROUGHT, MAX_MEMBERS_DIALLED, MAX_NEIGHBOURS_ASKED, MAX_PAGES_WITHOUT_NEWS, MAX_TRIES_OF_PAGE } from './constants.ts'
import { BusyError, decodeEntries } from '../exchange/index.ts'
import type { RoomContext } from './room-context.ts'
import type { RoomGossip } from './room-gossip.ts'
import type { Answer, Question as ExchangeQuestion } from '../exchange/index.ts'
import type { HandedOn, PeerPresence, Question, Roster } from '../roster/index.ts'
import type { Logger, PeerId } from '@libp2p/interface'

/** The roster that is to be filled. */
export interface ReaderDesk {
  readonly roster: Roster
  /** Whether members may be dialled to ask them. */
  readonly mayDial: boolean
  digest(): Uint8Array
  /**
   * Returns whether the record brought somebody, or something, that was not known.
   *
   * @throws {InvalidRecordError} no honest neighbour hands such a record on
   */
  take(record: Uint8Array, handedOn: HandedOn): Promise<boolean>
}

/**
 * Asks neighbours for their rosters. Where none of them can answer, as where all are relays and the room has a secret, it
 * dials members that it has heard of, who are neighbours from then on.
 */
export class RosterReader {
  readonly #context: RoomContext
  readonly #gossip: RoomGossip
  readonly #log: Logger
  readonly #desk: ReaderDesk
  /** Neighbours that were asked since they came. */
  #asked = new Set<string>()

  constructor (context: RoomContext, gossip: RoomGossip, log: Logger, desk: ReaderDesk) {
    this.#context = context
    this.#gossip = gossip
    this.#log = log
    this.#desk = desk
  }

  /** Asks one neighbour, or if that fails another, or a member that it dials. Resolves to whether one has answered to the end; never rejects. */
  async read (question: Question, signal: AbortSignal): Promise<boolean> {
    let isBusy = false

    for (const peer of this.#neighboursToAsk()) {
      const failure = await this.#tryToRead(peer, question, signal)

      if (failure == null || signal.aborted) {
        return failure == null
      }

      isBusy ||= failure instanceof BusyError
    }

    // one that is busy answers later
    for (const { peer } of isBusy || !this.#desk.mayDial ? [] : this.#membersToDial()) {
      const isConnected = await this.#context.dial(peer, this.#desk.roster.peerRecord(peer))

      if (signal.aborted) {
        return false
      }

      if (isConnected && await this.#tryToRead(peer, question, signal) == null) {
        return true
      }
    }

    return false
  }

  /** Resolves to what went wrong, if anything did; never rejects. */
  async #tryToRead (peer: PeerId, question: Question, signal: AbortSignal): Promise<Error | undefined> {
    this.#asked.add(peer.toString())

    try {
      await this.#readFrom(peer, question, signal)

      return undefined
    } catch (err) {
      if (!signal.aborted) {
        this.#log('could not read the roster of %p - %e', peer, asError(err))
      }

      return asError(err)
    }
  }

  /**
   * Those first who are not reached by a relay that counts bytes; of these the ones that were not asked yet, who may come from
   * another half of a room that had split; else by lot.
   */
  #neighboursToAsk (): PeerId[] {
    const { environment, followers, components: { connectionManager } } = this.#context
    // who only follows a room with a secret cannot read it
    const neighbours = this.#gossip.neighbours.filter(peer => !this.#gossip.isSealed || !followers.has(peer))

    this.#asked = new Set(neighbours.map(String).filter(key => this.#asked.has(key)))

    return neighbours
      .map(peer => ({ peer, isLimited: connectionManager.getConnections(peer).every(({ limits }) => limits != null), wasAsked: this.#asked.has(peer.toString()), lot: environment.random() }))
      .toSorted((a, b) => Number(a.isLimited) - Number(b.isLimited) || Number(a.wasAsked) - Number(b.wasAsked) || a.lot - b.lot)
      .slice(0, MAX_NEIGHBOURS_ASKED)
      .map(({ peer }) => peer)
  }

  /** By lot: those who can be dialled, and were not asked as neighbours. */
  #membersToDial (): PeerPresence[] {
    return [...this.#desk.roster]
      .filter(({ peer, multiaddrs }) => multiaddrs.length > 0 && !this.#asked.has(peer.toString()))
      .map(entry => ({ entry, lot: this.#context.environment.random() }))
      .toSorted((a, b) => a.lot - b.lot)
      .slice(0, MAX_MEMBERS_DIALLED)
      .map(({ entry }) => entry)
  }

  async #readFrom (peer: PeerId, question: Question, signal: AbortSignal): Promise<void> {
    const { topic } = this.#gossip
    const digest = question === 'comparison' ? this.#desk.digest() : undefined

    if (topic == null) {
      throw new Error('the room is being left')
    }

    let before: bigint | undefined
    let missed = 0

    for (let pagesWithoutNews = 0; pagesWithoutNews < MAX_PAGES_WITHOUT_NEWS;) {
      const answer = await this.#ask(peer, { topic, ...(before == null ? {} : { before }), ...(digest == null ? {} : { digest }) }, signal)

      if (answer === 'same') {
        break
      }

      let news = 0

      for (const { record, age, gone } of decodeEntries(await this.#gossip.open(topic, answer.entries))) {
        if (await this.#desk.take(record, { age, gone })) {
          news++
          missed += age > GOSSIP_MUST_HAVE_BROUGHT && this.#isConnectedFor(peer, age) ? 1 : 0
        }
      }

      pagesWithoutNews = news > 0 ? 0 : pagesWithoutNews + 1

      if (answer.next == null || (before != null && answer.next >= before)) {
        break
      }

      before = answer.next
    }

    if (digest != null && missed > 0) {
      this.#log('%p knew of %d records that gossip did not bring', peer, missed)
      this.#context.repair.repair(peer)
    }
  }

  /** A large room takes more pages than a neighbour answers in a row: having begun with it, this peer waits for the next one. */
  async #ask (peer: PeerId, question: ExchangeQuestion, signal: AbortSignal): Promise<Answer> {
    for (let tries = question.before == null ? 1 : MAX_TRIES_OF_PAGE; ; tries--) {
      try {
        return await this.#context.exchange.ask(peer, question, { signal })
      } catch (err) {
        if (!(err instanceof BusyError) || tries === 1 || signal.aborted) {
          throw err
        }
      }

      await this.#wait(BUSY_DELAY, signal)
    }
  }

  async #wait (ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const goOn = (): void => { resolve() }
    const timer = this.#context.environment.startTimer(ms, goOn)

    signal.addEventListener('abort', goOn)
    await promise
    timer.stop()
    signal.removeEventListener('abort', goOn)
    signal.throwIfAborted()
  }

  #isConnectedFor (peer: PeerId, ms: number): boolean {
    const now = this.#context.environment.date()

    return this.#context.components.connectionManager.getConnections(peer).some(({ timeline }) => now - timeline.open > ms)
  }
}
