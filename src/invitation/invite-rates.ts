import { TokenBucket } from '../limits/index.ts'
import type { InvitationLimits } from './invitation-init.ts'

/**
 * Peers of whom nobody knows how many there are: what they may send together is bounded as well. One crowd takes nothing away
 * from another, nor from peers that are in none.
 */
export type Crowd = 'guests' | 'strangers'

/** Those of the limits that are about rates. */
export type InviteRateLimits = Pick<InvitationLimits, 'invites' | 'invitesOfStrangers' | 'inviteTime'>

/**
 * Counts the invites of each peer over a sliding time, so that one that sends too many is refused before anything is
 * kept of them; and those of each crowd, so that many peers are refused as one would be. Pure, the time is given. It keeps at
 * most `invites` moments a peer, nothing of an invite that it refuses, and nothing of a peer that was quiet for `inviteTime` once `sweep`
 * came by: of crowds, no more peers than the crowd's rate lets in.
 */
export class InviteRates {
  readonly #limits: InviteRateLimits
  readonly #crowds: Readonly<Record<Crowd, TokenBucket>>
  readonly #moments = new Map<string, number[]>()

  constructor (limits: InviteRateLimits, now: number) {
    const { invitesOfStrangers: burst, inviteTime } = limits
    const ofCrowd = (): TokenBucket => new TokenBucket({ burst, perSecond: burst / inviteTime * 1_000 }, now)

    this.#limits = limits
    this.#crowds = { guests: ofCrowd(), strangers: ofCrowd() }
  }

  /** Whether one more invite of this peer may pass now; if so it is counted. What one peer sends too much its crowd need not pay for. */
  admits (peer: string, crowd: Crowd | undefined, now: number): boolean {
    const moments = this.#moments.get(peer) ?? []

    while (moments[0] != null && now - moments[0] >= this.#limits.inviteTime) {
      moments.shift()
    }

    if (moments.length >= this.#limits.invites || (crowd != null && !this.#crowds[crowd].take(now))) {
      return false
    }

    moments.push(now)
    this.#moments.set(peer, moments)

    return true
  }

  sweep (now: number): void {
    for (const [peer, moments] of this.#moments) {
      const last = moments.at(-1)

      if (last == null || now - last >= this.#limits.inviteTime) {
        this.#moments.delete(peer)
      }
    }
  }
}
