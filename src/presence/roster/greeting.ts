import { GREETING_SPREAD_PER_PEER, MAX_GREETING_SPREAD, NEWCOMER_RECORDS } from './constants.ts'
import type { CheckedRecord } from './entries.ts'

/**
 * Whether to speak because somebody has come. Who enters a room by way of peers that are not in it has nobody to ask, and would
 * hear of the first member with that one's next heartbeat. So one member says its record once more: the one whose lot comes
 * first. The others hear it, and do not.
 */
export class Greeting {
  readonly #lot: () => number
  #newcomer: string | undefined
  #at = Infinity

  constructor (lot: () => number) {
    this.#lot = lot
  }

  /**
   * A record was heard.
   *
   * @param isNew - whether its subject was not known to be there
   * @param peers - how many are present
   */
  heard ({ peer, sequence }: Pick<CheckedRecord, 'peer' | 'sequence'>, isNew: boolean, peers: number, now: number): void {
    const key = peer.toString()

    if (isNew && sequence <= NEWCOMER_RECORDS) {
      this.#newcomer = key
      this.#at = now + this.#lot() * Math.min(peers * GREETING_SPREAD_PER_PEER, MAX_GREETING_SPREAD)
    } else if (key !== this.#newcomer) {
      // the newcomer has heard that, too
      this.cancel()
    }
  }

  cancel (): void {
    this.#newcomer = undefined
    this.#at = Infinity
  }

  get due (): number {
    return this.#at
  }

  /** Whether it is time; once. */
  take (now: number): boolean {
    const isDue = this.#at <= now

    if (isDue) {
      this.cancel()
    }

    return isDue
  }
}
