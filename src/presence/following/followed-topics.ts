import { GRACE, RECONSIDER_INTERVAL, VOICE } from './constants.ts'

/** How many topics there may be. */
export interface FollowedTopicsLimits {
  /** In all. */
  readonly rooms: number
  /** That count of one peer. */
  readonly roomsPerPeer: number
}

/** What is to be done about topics now. */
export interface TopicChanges {
  readonly follow: readonly string[]
  readonly leave: readonly string[]
}

interface Topic {
  readonly name: string
  /** How many subscribe to it. */
  subscribers: number
  /** The shares of their voices that they give to it. */
  voices: number
}

/**
 * Which topics to follow for those who subscribe to them. Pure: who subscribes to what goes in with its time, and what to do about it
 * comes out.
 *
 * The number is bounded. When there are more, each peer has one voice, which it divides among its topics, and the topics with the
 * most voices are followed: somebody who makes up a hundred topics has a hundredth of a voice for each, and keeps no room out
 * whose members are in a few. Of two topics with as many voices the one that is followed stays.
 */
export class FollowedTopics {
  readonly #limits: FollowedTopicsLimits
  readonly #followed = new Map<string, Topic>()
  /** Those that find no place, the oldest first. */
  readonly #waiting = new Map<string, Topic>()
  /** Since when those that are followed are without a subscriber, the longest first. */
  readonly #deserted = new Map<string, number>()
  readonly #peers = new Map<string, Set<string>>()
  #reconsidered = -Infinity
  #hasChanged = false

  constructor (limits: FollowedTopicsLimits) {
    this.#limits = limits
  }

  /** How many are followed. */
  get size (): number {
    return this.#followed.size
  }

  /** Somebody subscribes to a topic. If it has as many as count already, this one does not. */
  subscribe (peer: string, name: string): void {
    const names = this.#peers.get(peer) ?? new Set()

    if (names.has(name) || names.size >= this.#limits.roomsPerPeer) {
      return
    }

    this.#give(names, -1)
    names.add(name)
    this.#peers.set(peer, names)

    if (!this.#followed.has(name) && !this.#waiting.has(name)) {
      this.#waiting.set(name, { name, subscribers: 0, voices: 0 })
    }

    this.#topic(name)!.subscribers++
    this.#deserted.delete(name)
    this.#give(names, 1)
  }

  unsubscribe (peer: string, name: string, now: number): void {
    const names = this.#peers.get(peer)

    if (names?.has(name) !== true) {
      return
    }

    this.#give(names, -1)
    names.delete(name)
    this.#desert(name, now)
    this.#give(names, 1)

    if (names.size === 0) {
      this.#peers.delete(peer)
    }
  }

  /** Somebody is gone. Returns to which topics it had subscribed. */
  remove (peer: string, now: number): Iterable<string> {
    const names = this.#peers.get(peer) ?? new Set()

    this.#peers.delete(peer)
    this.#give(names, -1)

    for (const name of names) {
      this.#desert(name, now)
    }

    return names
  }

  /** What is to be done by now. Each is named once. */
  changes (now: number): TopicChanges {
    const leave = this.#leaveDeserted(now)
    const places = this.#limits.rooms - this.#followed.size

    if (this.#waiting.size <= places) {
      return { leave, follow: [...this.#waiting.values()].map(topic => this.#follow(topic)) }
    }

    if (now < this.#reconsidered + RECONSIDER_INTERVAL || !this.#hasChanged) {
      return { leave, follow: [] }
    }

    this.#reconsidered = now
    this.#hasChanged = false

    const { follow, replaced } = this.#reconsider(places)

    return { leave: [...leave, ...replaced], follow }
  }

  /** When to ask for changes at the latest. */
  get due (): number {
    const [longest = Infinity] = this.#deserted.values()

    return Math.min(longest + GRACE, this.#waiting.size > 0 && this.#hasChanged ? this.#reconsidered + RECONSIDER_INTERVAL : Infinity)
  }

  /** Gives free places to those with the most voices, and then the places of those with fewer. */
  #reconsider (places: number): { follow: string[], replaced: string[] } {
    const weakest = [...this.#followed.values()].toSorted((a, b) => a.voices - b.voices)
    const least = places > 0 ? 0 : weakest[0]?.voices ?? 0
    const strongest = [...this.#waiting.values()].filter(({ voices }) => voices > least).toSorted((a, b) => b.voices - a.voices)
    const replaced: string[] = []
    const follow: string[] = []

    for (const topic of strongest) {
      if (follow.length >= places) {
        const other = weakest[replaced.length]

        if (other == null || other.voices >= topic.voices) {
          break
        }

        replaced.push(this.#putBack(other))
      }

      follow.push(this.#follow(topic))
    }

    return { follow, replaced }
  }

  #leaveDeserted (now: number): string[] {
    const left: string[] = []

    for (const [name, since] of this.#deserted) {
      if (now < since + GRACE) {
        break
      }

      this.#deserted.delete(name)
      this.#followed.delete(name)
      this.#hasChanged = true
      left.push(name)
    }

    return left
  }

  #follow (topic: Topic): string {
    this.#waiting.delete(topic.name)
    this.#followed.set(topic.name, topic)

    return topic.name
  }

  #putBack (topic: Topic): string {
    this.#followed.delete(topic.name)

    if (!this.#deserted.delete(topic.name)) {
      this.#waiting.set(topic.name, topic)
    }

    return topic.name
  }

  #desert (name: string, now: number): void {
    const topic = this.#topic(name)!

    topic.subscribers--

    if (topic.subscribers === 0 && !this.#waiting.delete(name)) {
      this.#deserted.set(name, now)
    }

    this.#hasChanged = true
  }

  /** Gives a peer's voice to its topics in equal shares, or takes it from them. */
  #give (names: ReadonlySet<string>, sign: 1 | -1): void {
    for (const name of names) {
      this.#topic(name)!.voices += sign * Math.floor(VOICE / names.size)
    }

    this.#hasChanged = true
  }

  #topic (name: string): Topic | undefined {
    return this.#followed.get(name) ?? this.#waiting.get(name)
  }
}
