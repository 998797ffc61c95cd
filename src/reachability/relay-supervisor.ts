import { serviceCapabilities, serviceDependencies } from '@libp2p/interface'
import { GuardedEventTarget, PageLifecycle } from '../environment/index.ts'
import { AbortError, asError, InvalidArgumentError, NotStartedError } from '../errors/index.ts'
import { CLOCK_INTERVAL, MAX_GIVEN, SLEEP_TIME } from './constants.ts'
import { KeptRelay } from './kept-relay.ts'
import { LearnedRelays } from './learned-relays.ts'
import { readRelayAddress } from './relay-address.ts'
import { chooseRelays, compareRelays, preference } from './relay-choice.ts'
import { Reservations } from './reservations.ts'
import { readSettings } from './settings.ts'
import type { PresentPeer, Reachability, ReachabilityComponents, ReachabilityEvents, ReachabilityInit, RelayStanding, RelaySource } from './index.ts'
import type { KeptRelayContext } from './kept-relay.ts'
import type { RelayAddress } from './relay-address.ts'
import type { ReachabilitySettings } from './settings.ts'
import type { Environment, Page } from '../environment/index.ts'
import type { AbortOptions, CounterGroup, Logger, Startable } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Makes the service. (The class stays inside: its declaration could not be written without its symbols' types.) */
export function createReachability (components: ReachabilityComponents, init: ReachabilityInit, environment: Environment, page: Page | undefined): Reachability & Startable {
  return new RelaySupervisor(components, init, environment, page)
}

/** Keeps this peer reachable: sees which relays it holds, and to it that these are enough. */
class RelaySupervisor extends GuardedEventTarget<ReachabilityEvents> implements Reachability, Startable, KeptRelayContext {
  readonly [Symbol.toStringTag]: string = 'libp2p-invitation/reachability'
  readonly [serviceCapabilities]: string[] = ['libp2p-invitation/reachability']
  readonly [serviceDependencies]: string[] = ['@libp2p/identify']
  readonly components: ReachabilityComponents
  readonly environment: Environment
  reservations: Reservations | undefined
  readonly #settings: ReachabilitySettings
  readonly #log: Logger
  readonly #count: CounterGroup<'held' | 'lost' | 'failed'> | undefined
  readonly #page: PageLifecycle
  readonly #relays = new Map<string, KeptRelay>()
  readonly #learned = new LearnedRelays()
  #isReachable = false
  /** From start to stop: all listeners of the run hang on it. */
  #run: AbortController | undefined

  constructor (components: ReachabilityComponents, init: ReachabilityInit, environment: Environment, page: Page | undefined) {
    const log = components.logger.forComponent('libp2p:invitation:reachability')

    super((thrown, type) => { log.error('a listener of %s failed - %e', type, asError(thrown)) })
    this.components = components
    this.environment = environment
    this.#settings = readSettings(init)
    this.#log = log
    this.#count = components.metrics?.registerCounterGroup('libp2p_invitation_reachability_relays_total', {
      label: 'event',
      help: 'Relays that were held, that were lost, and tries that failed'
    })
    this.#page = new PageLifecycle(page)

    for (const given of this.#settings.relays) {
      this.#give(given)
    }
  }

  get isReachable (): boolean {
    return this.#isReachable
  }

  get relays (): readonly RelayStanding[] {
    return [...this.#relays.values()].toSorted(compareRelays).map(({ standing }) => standing)
  }

  addRelay (address: string | Multiaddr): void {
    this.#give(readRelayAddress(address))
    this.#review()
  }

  tryNow (): void {
    for (const relay of this.#relays.values()) {
      relay.checkNow()
    }
  }

  async untilReachable ({ signal }: AbortOptions = {}): Promise<void> {
    if (this.#run == null) {
      throw new NotStartedError('reachability is not started')
    }

    const reachable = Promise.withResolvers<void>()
    const waiting = new AbortController()
    const stopped = (): void => { reachable.reject(new NotStartedError('reachability was stopped')) }
    const aborted = (): void => { reachable.reject(new AbortError('the wait was aborted', { cause: signal?.reason })) }

    if (signal?.aborted === true) {
      aborted()
    } else if (this.#isReachable) {
      reachable.resolve()
    }

    this.addEventListener('reachable', () => { reachable.resolve() }, { signal: waiting.signal })
    this.#run.signal.addEventListener('abort', stopped, { signal: waiting.signal })
    signal?.addEventListener('abort', aborted, { signal: waiting.signal })

    try {
      await reachable.promise
    } finally {
      waiting.abort()
    }
  }

  isStarted (): boolean {
    return this.#run != null
  }

  /** @throws {RelayTransportError} the node has no circuit relay transport that could be used */
  start (): void {
    if (this.#run == null) {
      const run = new AbortController()

      this.reservations = new Reservations(this.components, this.environment, this.#log, run.signal)
      this.#run = run
    }
  }

  /** Not in `start`: there is no listening before the transports have started. */
  afterStart (): void {
    if (this.#run == null) {
      return
    }

    const { signal } = this.#run
    const review = (): void => { this.#review() }

    this.reservations?.watch(review)
    this.components.events.addEventListener('connection:close', ({ detail: { remotePeer } }) => {
      this.#relays.get(remotePeer.toString())?.disconnected()
      review()
    }, { signal })
    this.#followPage(signal)
    this.#watchClock(signal)
    this.#learn(signal)
    review()
  }

  /** Here already: in the phase after this one connections close, which is no loss to be made good. */
  beforeStop (): void {
    this.stop()
  }

  stop (): void {
    this.#run?.abort()
    this.#run = undefined

    for (const relay of this.#relays.values()) {
      relay.stop()
    }

    this.reservations = undefined
    this.#isReachable = false
  }

  // what the relays tell

  failed (relay: KeptRelay, error: Error): void {
    this.#log('the relay %p cannot be held - %e', relay.relay, error)
    this.#count?.increment({ failed: true })
    this.#review()
  }

  standingChanged (): void {
    this.#review()
  }

  // the rest is this service's own

  /** Looks which relays are held, tells what has changed, and sees to it that enough are being tried. */
  #review (): void {
    if (this.#run == null) {
      return
    }

    const relays = [...this.#relays.values()]
    const changed = relays.filter(relay => relay.review())
    const isReachable = relays.some(({ isHeld }) => isHeld)
    const hasTurned = isReachable !== this.#isReachable
    const wanted = chooseRelays(relays, this.#settings.held)

    this.#isReachable = isReachable

    for (const relay of relays) {
      relay.want(wanted.has(relay))
    }

    for (const relay of changed) {
      const event = relay.isHeld ? 'held' : 'lost'

      this.#log('the relay %p is %s', relay.relay, event)
      this.#count?.increment({ [event]: true })
      this.tell(`relay:${event}`, relay.standing)
    }

    if (hasTurned) {
      this.tell(isReachable ? 'reachable' : 'unreachable')
    }
  }

  /** @throws {InvalidArgumentError} it is this peer itself, or one too many */
  #give ({ relay, address }: RelayAddress): void {
    const key = relay.toString()
    const known = this.#relays.get(key)

    if (relay.equals(this.components.peerId)) {
      throw new InvalidArgumentError('relays: a peer is no relay of its own')
    }

    if (known?.origin !== 'given' && [...this.#relays.values()].filter(({ origin }) => origin === 'given').length >= MAX_GIVEN) {
      throw new InvalidArgumentError(`relays: at most ${MAX_GIVEN}`)
    }

    if (known == null) {
      this.#relays.set(key, this.#makeRelay('given', relay, [address]))
    } else {
      known.origin = 'given'
      known.addAddress(address)
    }
  }

  #makeRelay (origin: 'given' | 'learned', relay: KeptRelay['relay'], addresses: readonly Multiaddr[]): KeptRelay {
    return new KeptRelay(this, relay, {
      origin,
      addresses,
      preference: preference(this.components.peerId.toString(), relay.toString())
    })
  }

  #learn (signal: AbortSignal): void {
    const presence = this.#settings.learn ? presenceOf(this.components) : undefined

    if (presence == null) {
      return
    }

    const seen = ({ detail }: CustomEvent<PresentPeer>): void => {
      this.#take(detail)
      this.#review()
    }

    for (const present of presence.list()) {
      this.#take(present)
    }

    presence.addEventListener('peer:online', seen, { signal })
    presence.addEventListener('peer:update', seen, { signal })
  }

  #take ({ peer, multiaddrs }: PresentPeer): void {
    const { peerId, transportManager } = this.components
    const stateOf = (relay: KeptRelay['relay']): string => this.#relays.get(relay.toString())?.state ?? 'idle'

    this.#learned.take(
      peer,
      multiaddrs,
      address => transportManager.dialTransportForMultiaddr(address) != null,
      relay => stateOf(relay) !== 'idle'
    )

    for (const [key, kept] of this.#relays) {
      if (kept.origin === 'learned' && !this.#learned.has(kept.relay)) {
        this.#relays.delete(key)
        this.reservations?.release(kept.relay)
      }
    }

    for (const { relay, addresses, namers } of this.#learned.list()) {
      const key = relay.toString()

      if (!relay.equals(peerId)) {
        const kept = this.#relays.get(key) ?? this.#makeRelay('learned', relay, addresses)

        this.#relays.set(key, kept)
        kept.namers = namers.size

        if (kept.origin === 'learned') {
          kept.addresses = addresses
        }
      }
    }
  }

  #followPage (signal: AbortSignal): void {
    const tryNow = (): void => { this.tryNow() }

    // not `offline`: a browser that says so may be wrong, and connections that are dead will show it
    this.#page.start({ restored: tryNow, visible: tryNow, resumed: tryNow, online: tryNow }, signal)
  }

  /** Where there is no page to tell of it, a sleep of the machine shows by the clock. */
  #watchClock (signal: AbortSignal): void {
    const due = this.environment.date() + CLOCK_INTERVAL
    const timer = this.environment.startTimer(CLOCK_INTERVAL, () => {
      signal.removeEventListener('abort', stop)
      this.#watchClock(signal)

      if (this.environment.date() - due > SLEEP_TIME) {
        this.tryNow()
      }

      // a reservation that somebody else canceled is told of by nothing
      this.#review()
    })
    const stop = (): void => { timer.stop() }

    signal.addEventListener('abort', stop, { once: true })
  }
}

/** libp2p's components throw where there is none of that name; tests may just leave it out. */
function presenceOf (components: ReachabilityComponents): RelaySource | undefined {
  try {
    return components.presence
  } catch {
    return undefined
  }
}
