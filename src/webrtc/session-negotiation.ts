import { defaultLogger } from '@libp2p/logger'
import { asError, InvalidArgumentError, throwIfAborted } from '../errors/index.ts'
import { GuardedEventTarget, PageLifecycle } from '../environment/index.ts'
import { unlessAborted } from '../waiting/index.ts'
import { CLOSED_CHECK_TIME, MIN_STATS_INTERVAL } from './constants.ts'
import { AlreadyNegotiatingError, NegotiationError, RestartsFailedError, SignalNotSentError, StatsError } from './errors.ts'
import { IceRestarts } from './ice-restarts.ts'
import { PerfectNegotiation } from './perfect-negotiation.ts'
import { candidateOf, readSignal, writeSignal } from './signal.ts'
import { StatsReader } from './stats.ts'
import type { Environment, Page, Timer } from '../environment/index.ts'
import type { Session } from '../session/index.ts'
import type { Payload } from '../wire/index.ts'
import type { Negotiation, NegotiationEnd, NegotiationEvents, NegotiationInit } from './index.ts'
import type { RestartReason } from './ice-restarts.ts'
import type { PeerConnection } from './peer-connection.ts'
import type { Signal } from './signal.ts'

/** The sessions that have, or had, a negotiation. */
const negotiated = new WeakSet<Session>()

/** Ties a peer connection to the WebRTC lane of a session, and both to what happens to the network. */
export class SessionNegotiation extends GuardedEventTarget<NegotiationEvents> implements Negotiation {
  readonly isPolite: boolean
  readonly ended: Promise<NegotiationEnd>
  readonly #session: Session
  readonly #peerConnection: PeerConnection
  readonly #environment: Environment
  readonly #negotiation: PerfectNegotiation
  readonly #restarts: IceRestarts
  readonly #statsReader = new StatsReader()
  readonly #settle: (end: NegotiationEnd) => void
  /** Aborted when it has ended. */
  readonly #over = new AbortController()
  /** What is listened to at the peer connection. (Not every implementation knows a signal among the options.) */
  readonly #listeners: ReadonlyMap<string, (event: Event) => void>
  #closedCheck: Timer | undefined
  #nextStats: Timer | undefined

  constructor (session: Session, peerConnection: PeerConnection, { signal, statsInterval, logger = defaultLogger() }: NegotiationInit, environment: Environment, page: Page | undefined) {
    const log = logger.forComponent('libp2p:invitation:webrtc')

    super((thrown, type) => { log.error('a listener of %s failed - %e', type, asError(thrown)) })
    throwIfAborted(signal)

    if (statsInterval != null && !(statsInterval >= MIN_STATS_INTERVAL)) {
      throw new InvalidArgumentError(`statsInterval must be ${MIN_STATS_INTERVAL} ms or more`)
    }

    if (negotiated.has(session)) {
      throw new AlreadyNegotiatingError('the session carries the negotiation of one peer connection only')
    }

    negotiated.add(session)
    this.isPolite = session.role === 'callee'
    this.#session = session
    this.#peerConnection = peerConnection
    this.#environment = environment

    const { promise, resolve } = Promise.withResolvers<NegotiationEnd>()

    this.ended = promise
    this.#settle = resolve
    this.#negotiation = new PerfectNegotiation({
      peerConnection,
      isPolite: this.isPolite,
      say: (said) => { void this.#say(said) },
      failed: (error) => { this.#failed(error) }
    })
    this.#restarts = new IceRestarts({
      environment,
      state: () => peerConnection.iceConnectionState,
      canBeHeard: () => session.isConnected,
      restart: (reason) => { this.#restart(reason) },
      gaveUp: () => { this.#failed(new RestartsFailedError('ICE was restarted again and again, and is not connected')) }
    })
    this.#listeners = new Map([
      ['negotiationneeded', () => { void this.#negotiation.offer() }],
      ['icecandidate', (event: Event) => { this.#found(event) }],
      ['iceconnectionstatechange', () => { this.#restarts.stateChanged() }]
    ])

    this.#start(signal, statsInterval, page)
  }

  #start (signal: AbortSignal | undefined, statsInterval: number | undefined, page: Page | undefined): void {
    const session = this.#session
    const peerConnection = this.#peerConnection
    const over = this.#over.signal
    const networkChanged = (): void => { this.#restarts.networkChanged() }

    for (const [type, listener] of this.#listeners) {
      peerConnection.addEventListener(type, listener)
    }

    // both sides see the link stand again, and one restart is enough
    if (!this.isPolite) {
      session.addEventListener('connected', networkChanged, { signal: over })
    }

    signal?.addEventListener('abort', () => { this.#finish('aborted') }, { signal: over })
    new PageLifecycle(page).start({ resumed: networkChanged, online: networkChanged }, over)

    if (statsInterval != null) {
      this.#tellStatsIn(statsInterval)
    }

    void this.#endWithSession()
    void this.#read()
    this.#checkClosed()

    // it may have asked for that when nobody listened yet
    if (peerConnection.signalingState === 'stable' && peerConnection.localDescription == null && peerConnection.getTransceivers().length > 0) {
      void this.#negotiation.offer()
    }
  }

  #restart (reason: RestartReason): void {
    this.tell('restart', { reason })

    try {
      this.#peerConnection.restartIce()
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  async #endWithSession (): Promise<void> {
    await this.#session.ended
    this.#finish('session-ended')
  }

  /** Takes what the other side says, one after another. */
  async #read (): Promise<void> {
    const { signal } = this.#over

    try {
      for await (const { data } of this.#session.webrtcLane.messages({ signal })) {
        // what is asked of a peer connection that is closed meanwhile is never done
        await unlessAborted(this.#hear(data), signal)
      }
    } catch {
      // it has ended
    }
  }

  async #hear (message: Payload): Promise<void> {
    try {
      const signal = readSignal(message)

      if (signal != null) {
        await this.#negotiation.hear(signal)
      }
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  /** A candidate of this side was found, or there are no more. */
  #found (event: Event): void {
    if ('candidate' in event) {
      try {
        void this.#say({ candidate: candidateOf(event.candidate ?? null) })
      } catch (thrown) {
        this.#failed(thrown)
      }
    }
  }

  async #say (signal: Signal): Promise<void> {
    try {
      await this.#session.webrtcLane.send(writeSignal(signal), { signal: this.#over.signal })
    } catch (thrown) {
      // a session that has ended says so by itself
      if (this.#session.isOpen) {
        this.#failed(new SignalNotSentError('this side could not say what it had to', { cause: asError(thrown) }))
      }
    }
  }

  #failed (thrown: unknown): void {
    if (this.#peerConnection.signalingState === 'closed') {
      this.#finish('connection-closed')
    } else if (!this.#over.signal.aborted) {
      this.tell('error', thrown instanceof NegotiationError ? thrown : new NegotiationError('the negotiation failed', { cause: asError(thrown) }))
    }
  }

  #checkClosed (): void {
    if (this.#peerConnection.signalingState === 'closed') {
      this.#finish('connection-closed')
    } else {
      this.#closedCheck = this.#environment.startTimer(CLOSED_CHECK_TIME, () => { this.#checkClosed() })
    }
  }

  #tellStatsIn (interval: number): void {
    this.#nextStats = this.#environment.startTimer(interval, () => { void this.#tellStats(interval) })
  }

  async #tellStats (interval: number): Promise<void> {
    const { signal } = this.#over

    try {
      const report = await unlessAborted(this.#peerConnection.getStats(), signal)

      this.tell('stats', this.#statsReader.read(report))
    } catch (thrown) {
      this.#failed(new StatsError('there are no stats', { cause: asError(thrown) }))
    }

    if (!signal.aborted) {
      this.#tellStatsIn(interval)
    }
  }

  #finish (end: NegotiationEnd): void {
    if (this.#over.signal.aborted) {
      return
    }

    this.#over.abort()
    this.#restarts.stop()
    this.#closedCheck?.stop()
    this.#nextStats?.stop()

    for (const [type, listener] of this.#listeners) {
      this.#peerConnection.removeEventListener(type, listener)
    }

    if (end === 'session-ended') {
      this.#peerConnection.close()
    }

    this.#settle(end)
    this.tell('ended', end)
  }
}
