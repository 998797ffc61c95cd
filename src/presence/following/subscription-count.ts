/** To how many topics of whatever name each peer is subscribed, bounded. */
export class SubscriptionCount {
  readonly #most: number
  readonly #topics = new Map<string, Set<string>>()

  /** @param most - topics of one peer */
  constructor (most: number) {
    this.#most = most
  }

  /** Returns whether that is within the bound; if not, it is not kept. */
  add (peer: string, topic: string): boolean {
    const topics = this.#topics.get(peer) ?? new Set()

    if (topics.size >= this.#most && !topics.has(topic)) {
      return false
    }

    this.#topics.set(peer, topics.add(topic))

    return true
  }

  delete (peer: string, topic: string): void {
    this.#topics.get(peer)?.delete(topic)
  }

  forget (peer: string): void {
    this.#topics.delete(peer)
  }
}
