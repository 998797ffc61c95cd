import { Watch } from './watch.ts'
import type { PeerSighting } from './index.ts'
import type { AbortOptions, PeerId } from '@libp2p/interface'

/** All who watch. */
export class Watches {
  readonly #look: (peer: PeerId) => PeerSighting
  readonly #watches = new Set<Watch>()

  /** @param look - what is known of a peer now */
  constructor (look: (peer: PeerId) => PeerSighting) {
    this.#look = look
  }

  /** Watches until the signal aborts, or all end. */
  begin (peers: Iterable<PeerId>, { signal }: AbortOptions): Watch {
    const abort = (): void => { watch.end(signal?.reason) }
    const watch = new Watch(peers, this.#look, () => {
      this.#watches.delete(watch)
      signal?.removeEventListener('abort', abort)
    })

    this.#watches.add(watch)
    signal?.addEventListener('abort', abort)

    if (signal?.aborted === true) {
      abort()
    }

    return watch
  }

  /** Something may be different: of that peer, or of any. */
  mayHaveChanged (peer?: PeerId): void {
    for (const watch of this.#watches) {
      watch.mayHaveChanged(peer)
    }
  }

  endAll (): void {
    for (const watch of this.#watches) {
      watch.end()
    }
  }
}
