/** How many invites one peer may send, and in what time. */
export interface InviteRate {
  /** Most invites in `time`. */
  readonly most: number
  /** Milliseconds. */
  readonly time: number
}

/**
 * Counts the invites of each peer over a sliding time, so that one that sends too many is refused before anything is
 * kept of them. Pure, the time is given. It keeps at most `most` moments a peer, and nothing of a peer that was quiet for
 * `time` once `sweep` came by.
 */
export class InviteGate {
  readonly #rate: InviteRate
  readonly #moments = new Map<string, number[]>()

  constructor (rate: InviteRate) {
    this.#rate = rate
  }

  /** Whether one more invite of this peer may pass now; if so it is counted. */
  admits (peer: string, now: number): boolean {
    const moments = this.#moments.get(peer) ?? []

    while (moments[0] != null && now - moments[0] >= this.#rate.time) {
      moments.shift()
    }

    if (moments.length >= this.#rate.most) {
      return false
    }

    moments.push(now)
    this.#moments.set(peer, moments)

    return true
  }

  sweep (now: number): void {
    for (const [peer, moments] of this.#moments) {
      const last = moments.at(-1)

      if (last == null || now - last >= this.#rate.time) {
        this.#moments.delete(peer)
      }
    }
  }
}
