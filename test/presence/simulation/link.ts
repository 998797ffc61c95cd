import type { ModelPeer } from './model-peer.ts'

/** What is published within this time of a new gossip stream is lost at times (measured), here always. Milliseconds. */
const SILENT_AT_FIRST = 100

/** A connection between two peers. Each end believes in it until it notices that it is dead. */
export class Link {
  readonly since: number
  /** One of its ends has dropped it. */
  isBroken = false
  /** It is a path that a network between them cuts at present. */
  isCut = false
  /** What was sent while one end could not be reached, and arrives if it can be again before somebody gives up. */
  readonly kept: Array<() => void> = []
  readonly #ends: readonly [ModelPeer, ModelPeer]

  constructor (one: ModelPeer, other: ModelPeer, since: number) {
    this.#ends = [one, other]
    this.since = since
  }

  get ends (): readonly [ModelPeer, ModelPeer] {
    return this.#ends
  }

  get isLive (): boolean {
    return !this.isBroken && !this.isCut && this.#ends[0].isUp && this.#ends[1].isUp
  }

  /** Whether gossip gets through. */
  carries (now: number): boolean {
    return this.isLive && now >= this.since + SILENT_AT_FIRST
  }

  /** Whether what is sent now arrives later, if the link lasts. */
  keeps (now: number): boolean {
    return !this.isBroken && now >= this.since + SILENT_AT_FIRST
  }

  from (end: ModelPeer): ModelPeer {
    return this.#ends[0] === end ? this.#ends[1] : this.#ends[0]
  }
}
