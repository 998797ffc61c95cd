import { elementOf } from '../page/element.ts'
import type { Peer } from 'libp2p-invitation/peer'

/** Milliseconds after which a relay that has not answered is worth a word of what to look at. */
const PATIENCE = 6_000

/** Says so while this peer cannot be reached by way of any relay. */
export class ConnectionNotice {
  readonly #peer: Peer
  readonly #notice = elementOf('connection-notice', HTMLElement)
  #timer: ReturnType<typeof setTimeout> | undefined
  #wasReachable = false

  constructor (peer: Peer) {
    this.#peer = peer
  }

  start (signal: AbortSignal): void {
    const { reachability } = this.#peer.services

    reachability.addEventListener('reachable', () => { this.#show() }, { signal })
    reachability.addEventListener('unreachable', () => { this.#show() }, { signal })
    signal.addEventListener('abort', () => { clearTimeout(this.#timer) })
    this.#show()
  }

  #show (): void {
    const { isReachable } = this.#peer.services.reachability

    clearTimeout(this.#timer)
    this.#notice.hidden = isReachable
    this.#wasReachable ||= isReachable

    if (!isReachable) {
      this.#notice.textContent = this.#wasReachable
        ? 'Reconnecting… The relay is lost. Until it is back nobody can ring you but those who are connected with you directly.'
        : 'Connecting to the relay…'
      this.#timer = setTimeout(() => { this.#explain() }, PATIENCE)
    }
  }

  #explain (): void {
    const tried = this.#peer.services.reachability.relays.flatMap(({ addresses }) => addresses.map(String))

    this.#notice.textContent = `Still reconnecting… No relay answers${tried.length > 0 ? ` at ${tried.join(', ')}` : ''}. Is it running, and are you online?`
  }
}
