import type { PeerSighting } from './index.ts'
import type { PeerId } from '@libp2p/interface'

/**
 * One reader of what changes about some peers. It keeps no list of what happened: when it is told that something may have,
 * it looks, and gives out what is different from what it gave out last.
 */
export class Watch implements AsyncIterableIterator<PeerSighting> {
  readonly #peers: readonly PeerId[]
  readonly #look: (peer: PeerId) => PeerSighting
  readonly #ended: (watch: Watch) => void
  /** What was given out last, by the place of its peer. */
  readonly #given = new Map<number, PeerSighting>()
  /** Places to look at, in order. */
  #unseen: Set<number>
  #reader: PromiseWithResolvers<void> | undefined
  #isOver = false
  #error: unknown

  /**
   * @param look - what is known of a peer now
   * @param ended - called once, when nobody reads any more
   */
  constructor (peers: Iterable<PeerId>, look: (peer: PeerId) => PeerSighting, ended: (watch: Watch) => void) {
    this.#peers = [...peers]
    this.#look = look
    this.#ended = ended
    this.#unseen = new Set(this.#peers.keys())
  }

  [Symbol.asyncIterator] (): this {
    return this
  }

  /** Something may be different: of that peer, or of any. */
  mayHaveChanged (peer?: PeerId): void {
    for (const [place, watched] of this.#peers.entries()) {
      if (peer == null || watched.equals(peer)) {
        this.#unseen.add(place)
      }
    }

    this.#reader?.resolve()
  }

  /** Ends it, with an error if one is given. */
  end (error?: unknown): void {
    if (!this.#isOver) {
      this.#isOver = true
      this.#error = error
      this.#reader?.resolve()
      this.#ended(this)
    }
  }

  async next (): Promise<IteratorResult<PeerSighting, undefined>> {
    while (!this.#isOver) {
      const sighting = this.#nextDifferent()

      if (sighting != null) {
        return { value: sighting, done: false }
      }

      this.#reader ??= Promise.withResolvers()
      await this.#reader.promise
      this.#reader = undefined
    }

    if (this.#error != null) {
      const error = this.#error

      this.#error = undefined
      throw error
    }

    return { value: undefined, done: true }
  }

  async return (): Promise<IteratorResult<PeerSighting, undefined>> {
    this.end()

    return { value: undefined, done: true }
  }

  #nextDifferent (): PeerSighting | undefined {
    for (const place of this.#unseen) {
      const peer = this.#peers[place]
      const given = this.#given.get(place)

      this.#unseen.delete(place)

      if (peer != null) {
        const sighting = this.#look(peer)

        if (given == null || given.level !== sighting.level || given.presence !== sighting.presence) {
          this.#given.set(place, sighting)

          return sighting
        }
      }
    }

    return undefined
  }
}
