import { Attempts } from './attempts.ts'
import { MAX_ADDRESSES, PATIENCE, REFUSAL_PAUSE } from './constants.ts'
import { Dialling } from './dialling.ts'
import { RelayRefusedError } from './errors.ts'
import type { Environment } from '../environment/index.ts'
import type { ReachabilityComponents, RelayStanding, RelayState } from './index.ts'
import type { RelayCandidate } from './relay-choice.ts'
import type { Reservations } from './reservations.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** What a relay asks of the service that it belongs to. */
export interface KeptRelayContext {
  readonly components: Pick<ReachabilityComponents, 'connectionManager'>
  readonly environment: Environment
  /** Those of this run; undefined while it is not started. */
  readonly reservations: Reservations | undefined
  /** A try failed. */
  failed(relay: KeptRelay, error: Error): void
  /** Another relay may have to be tried. */
  standingChanged(): void
}

/** What is known of a relay, and how well it goes to be held by this peer. */
export class KeptRelay implements RelayCandidate {
  readonly relay: PeerId
  readonly preference: number
  origin: 'given' | 'learned'
  addresses: readonly Multiaddr[]
  namers = 0
  isHeld = false
  isDoubtful = false
  error: Error | undefined
  readonly #context: KeptRelayContext
  readonly #dialling: Dialling
  readonly #attempts: Attempts
  #isVerified = true

  constructor (context: KeptRelayContext, relay: PeerId, { origin, addresses, preference }: { origin: 'given' | 'learned', addresses: readonly Multiaddr[], preference: number }) {
    const { components, environment } = context

    this.relay = relay
    this.origin = origin
    this.addresses = addresses
    this.preference = preference
    this.#context = context
    this.#dialling = new Dialling(components.connectionManager, environment)
    this.#attempts = new Attempts(environment, {
      attempt: async (signal) => { await this.#try(signal) },
      failed: (error) => {
        this.error = error
        this.isDoubtful = true
        context.failed(this, error)
      },
      pauseAfter: (error) => error instanceof RelayRefusedError ? environment.random() * REFUSAL_PAUSE : 0
    })
  }

  get state (): RelayState {
    if (this.isHeld) {
      return 'held'
    }

    return { idle: 'idle', trying: 'connecting', waiting: 'waiting' }[this.#attempts.state] as RelayState
  }

  get standing (): RelayStanding {
    const { relay, addresses, origin, state, error } = this

    return { relay, addresses: [...addresses], origin, state, ...(error != null && { error }) }
  }

  /** One more address; beyond the bound it is left out. */
  addAddress (address: Multiaddr): void {
    if (this.addresses.length < MAX_ADDRESSES && !this.addresses.some(known => known.equals(address))) {
      this.addresses = [...this.addresses, address]
    }
  }

  /** Looks whether it is held. Returns whether that has changed. */
  review (): boolean {
    const isHeld = this.#context.reservations?.holds(this.relay) ?? false

    if (isHeld === this.isHeld) {
      return false
    }

    this.isHeld = isHeld

    if (isHeld) {
      this.error = undefined
      this.isDoubtful = false
    }

    return true
  }

  /** Tries to hold it from now on, or no longer. A try that is under way is brought to its end. */
  want (isWanted: boolean): void {
    if (isWanted) {
      this.#attempts.begin()
    } else if (this.#attempts.state === 'waiting') {
      this.#attempts.stop()
      this.isDoubtful = false
    }
  }

  /** Its connection was lost: if it had no room, it may be another one by now. */
  disconnected (): void {
    if (this.#attempts.state === 'waiting') {
      this.#attempts.stop()
    }
  }

  /** The network may be another one: sees whether it is still held, or tries it at once. */
  checkNow (): void {
    if (!this.isHeld) {
      this.#attempts.tryNow()
    } else if (this.#isVerified) {
      this.#isVerified = false
      void this.#context.reservations?.verify(this.relay).finally(() => { this.#isVerified = true })
    }
  }

  stop (): void {
    this.#attempts.stop()
    this.isHeld = false
    this.isDoubtful = false
  }

  async #try (signal: AbortSignal): Promise<void> {
    const { environment, reservations } = this.#context
    const patience = environment.startTimer(PATIENCE, () => {
      this.isDoubtful = true
      this.#context.standingChanged()
    })

    try {
      const connection = await this.#dialling.dial(this.addresses, signal)

      await reservations?.reserve(this.relay, connection, signal)
      this.#context.standingChanged()
    } finally {
      patience.stop()
    }
  }
}
