import type { Connection, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { asError } from '../errors/index.ts'
import { DIRECT_DIAL_TIMEOUT, DIRECT_DIAL_TRIES } from './constants.ts'
import type { LinkContext } from './link-context.ts'
import { withinTimeLimit } from '../waiting/index.ts'

/**
 * Makes a direct WebRTC connection beside a relayed one that its relay will cut, in the background. Of the two peers the
 * one that made the relayed connection does it, so that they do not both.
 *
 * The dial may hang although the way is open (5 to 25 of 100 with @libp2p/webrtc 6.0.33), so one that hangs is given up
 * early and tried again; one that fails is not.
 */
export class DirectDial {
  readonly #peer: PeerId
  readonly #context: LinkContext
  /** The connection that it was last started for. */
  #beside: Connection | undefined
  /** What is under way. */
  #dialling: AbortController | undefined

  constructor (peer: PeerId, context: LinkContext) {
    this.#peer = peer
    this.#context = context
  }

  /** Dials, if the link needs it on this connection, it is up to this side, and it was not done yet. */
  start (standing: Connection): void {
    if (standing === this.#beside) {
      return
    }

    this.cancel()
    this.#beside = standing

    if (standing.limits != null && standing.direction === 'outbound') {
      void this.#dial()
    }
  }

  /** What was done is to be done once more: an address of the peer was learned, or the link is wanted anew. */
  renew (): void {
    if (this.#dialling == null) {
      this.#beside = undefined
    }
  }

  cancel (): void {
    this.#dialling?.abort()
    this.#dialling = undefined
  }

  async #dial (): Promise<void> {
    const dialling = this.#dialling = new AbortController()

    try {
      await this.#tryAll(dialling.signal)
    } catch (thrown) {
      if (!dialling.signal.aborted) {
        this.#context.log.error('could not connect to %p directly - %e', this.#peer, asError(thrown))
      }
    } finally {
      if (this.#dialling === dialling) {
        this.#dialling = undefined
      }
    }
  }

  async #tryAll (signal: AbortSignal): Promise<void> {
    const addresses = await this.#context.dialer.webRTCAddresses(this.#peer, signal)

    for (let tries = 0; tries < DIRECT_DIAL_TRIES; tries++) {
      const address = addresses[tries % addresses.length]

      if (address == null || await this.#try(address, signal)) {
        return
      }
    }
  }

  /** Whether it did not hang. */
  async #try (address: Multiaddr, signal: AbortSignal): Promise<boolean> {
    const { dialer, environment } = this.#context

    try {
      await withinTimeLimit(environment, DIRECT_DIAL_TIMEOUT, signal, async (within) =>
        await dialer.dialAddress(address, within))

      return true
    } catch (thrown) {
      if (!signal.aborted && asError(thrown).name === 'TimeoutError') {
        return false
      }

      throw thrown
    }
  }
}
