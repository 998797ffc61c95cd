/**
 * Which peers are relayed to, and until when. Pure: the time, milliseconds that only rise, is given. A peer that is gone is to
 * be given up by the room above; one that has not renewed is told by its time, and makes room for another when that is needed.
 */
export class Reservations {
  readonly #most: number
  readonly #time: number
  /** When each ends, by peer; the one that was made or renewed first comes first. */
  readonly #ends = new Map<string, number>()

  /**
   * @param most - in all
   * @param time - milliseconds that one holds
   */
  constructor (most: number, time: number) {
    this.#most = most
    this.#time = time
  }

  /** Those that hold, and those that are over and were not given up yet. */
  get size (): number {
    return this.#ends.size
  }

  /** Makes one or renews it; whether there was room. */
  make (peer: string, now: number): boolean {
    if (!this.#ends.delete(peer) && this.#ends.size >= this.#most && !this.#dropOldest(now)) {
      return false
    }

    this.#ends.set(peer, now + this.#time)

    return true
  }

  holds (peer: string, now: number): boolean {
    return (this.#ends.get(peer) ?? now) > now
  }

  giveUp (peer: string): void {
    this.#ends.delete(peer)
  }

  clear (): void {
    this.#ends.clear()
  }

  /** Makes room for one, if any is over: all last equally long, so that the oldest is over first. */
  #dropOldest (now: number): boolean {
    for (const [peer, end] of this.#ends) {
      return end <= now && this.#ends.delete(peer)
    }

    return false
  }
}
