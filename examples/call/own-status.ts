import { elementOf } from '../page/element.ts'
import type { Peer } from 'libp2p-invitation/peer'
import type { PresenceStatus } from 'libp2p-invitation/presence'

/** What this user says of itself: what was chosen, and busy while on a call. */
export class OwnStatus {
  readonly #peer: Peer
  readonly #choice = elementOf('own-status', HTMLSelectElement)
  #isOnCall = false

  constructor (peer: Peer, signal: AbortSignal) {
    this.#peer = peer
    this.#choice.value = 'online'
    this.#choice.addEventListener('change', () => { this.#say() }, { signal })
  }

  set isOnCall (isOnCall: boolean) {
    this.#isOnCall = isOnCall
    this.#say()
  }

  #say (): void {
    // the page has no other choices than these
    const chosen = this.#choice.value as PresenceStatus

    this.#peer.services.presence.setStatus(this.#isOnCall && chosen === 'online' ? 'busy' : chosen)
  }
}
