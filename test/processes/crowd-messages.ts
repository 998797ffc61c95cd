import type { Part, Sighting, Standing } from './messages.ts'

/** What is asked of a process that is a crowd of peers; each order is answered once it is done. */
export interface CrowdOrders {
  /** Starts peers who know these relays, and resolves when each is reachable. */
  start: { asks: CrowdInit, answers: { peerIds: string[] } }
  /** Resolves when each of its peers sees so many others. */
  seeing: { asks: number, answers: undefined }
  /** Resolves when each of its peers holds so many relays. */
  holding: { asks: number, answers: undefined }
  /** Resolves when each of its peers knows every other by so many relays. */
  knowing: { asks: number, answers: undefined }
  /** Each of its peers sends so many invitations to any of these, beginning within so many milliseconds, and all have ended here. */
  play: { asks: Part & { readonly peers: readonly string[], readonly within: number }, answers: undefined }
  /** One of its peers invites that one: the milliseconds until it was delivered, from `since` (milliseconds since 1970) on; and the way it went. */
  ring: { asks: { readonly peer: string, readonly since: number }, answers: Ring }
  look: { asks: undefined, answers: Standing }
  endSessions: { asks: undefined, answers: undefined }
  stop: { asks: undefined, answers: undefined }
}

export interface CrowdInit {
  readonly seeds: readonly number[]
  /** The relays' addresses. */
  readonly relays: readonly string[]
}

export interface Ring {
  readonly took: number
  readonly isDelivered: boolean
}

/** A peer held a relay, or could be reached, from then on or no more. */
export interface Reach {
  readonly peer: string
  readonly saw: 'reachable' | 'unreachable'
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What a crowd tells. */
export type CrowdSighting = Sighting | Reach
