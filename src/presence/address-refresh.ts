import { asError } from '../errors/index.ts'
import { ADDRESS_REFRESH_INTERVAL } from './constants.ts'
import type { DialAddresses } from './room/index.ts'
import type { Environment } from '../environment/index.ts'
import type { Logger, PeerId } from '@libp2p/interface'

/** Somebody who is present, and the addresses that it signed. */
export interface SignedAddresses {
  readonly peer: PeerId
  readonly peerRecord: Uint8Array
}

/** Keeps the addresses of those who stay in the peer store, which lets them grow old, and has what a peer says of itself overwrite them. */
export class AddressRefresh {
  readonly #addresses: DialAddresses
  readonly #environment: Environment
  readonly #log: Logger
  readonly #present: () => SignedAddresses[]

  /** @param present - everybody who is present then */
  constructor (addresses: DialAddresses, environment: Environment, log: Logger, present: () => SignedAddresses[]) {
    this.#addresses = addresses
    this.#environment = environment
    this.#log = log
    this.#present = present
  }

  /** Refreshes them once in a while, for the reason that the interval gives, until the signal aborts. */
  start (signal: AbortSignal): void {
    const timer = this.#environment.startTimer(ADDRESS_REFRESH_INTERVAL, () => { void this.#refresh(signal) })

    signal.addEventListener('abort', () => { timer.stop() }, { once: true })
  }

  /**
   * A peer was identified: it told the addresses that stand at this moment. Those that it announced may stand again in the
   * next, as after the restart of a relay, and it would say nothing then.
   */
  identified (peer: PeerId): void {
    const announced = this.#present().find(present => present.peer.equals(peer))

    if (announced != null) {
      this.#addresses.keep(peer, announced.peerRecord).catch((err: unknown) => {
        this.#log.error('could not keep the addresses of %p - %e', peer, asError(err))
      })
    }
  }

  async #refresh (signal: AbortSignal): Promise<void> {
    for (const { peer, peerRecord } of this.#present()) {
      if (signal.aborted) {
        return
      }

      await this.#addresses.refresh(peer, peerRecord).catch((err: unknown) => {
        this.#log.error('could not refresh the addresses of %p - %e', peer, asError(err))
      })
    }

    if (!signal.aborted) {
      this.start(signal)
    }
  }
}
