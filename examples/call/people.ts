import { elementIn, elementOf } from '../page/element.ts'
import { nameOf } from '../page/names.ts'
import { Rows } from './rows.ts'
import type { Peer } from 'libp2p-invitation/peer'
import type { PeerPresence, PresenceStatus } from 'libp2p-invitation/presence'

const STATUS_WORDS: Readonly<Record<PresenceStatus, string>> = {
  'online': 'online',
  'away': 'away',
  'busy': 'busy',
  'do-not-disturb': 'not to be disturbed'
}

/** Who is in the room, as it changes. */
export class People {
  readonly #peer: Peer
  readonly #nobody = elementOf('nobody', HTMLElement)
  readonly #rows: Rows<PeerPresence>

  /** @param call - is told of whom the user wants to call */
  constructor (peer: Peer, call: (who: PeerPresence) => void) {
    this.#peer = peer
    this.#rows = new Rows({
      list: elementOf('people', HTMLUListElement),
      template: 'person-row',
      describe: (row, who) => { this.#describe(row, who) },
      pressed: call
    })
  }

  start (signal: AbortSignal): void {
    for (const change of ['peer:online', 'peer:update', 'peer:offline'] as const) {
      this.#peer.services.presence.addEventListener(change, () => { this.#show() }, { signal })
    }

    this.#show()
  }

  #show (): void {
    const named = this.#peer.services.presence.list().map(who => ({ who, name: nameOf(this.#peer, who.peer) }))

    this.#rows.show(new Map(named.toSorted((one, other) => one.name.localeCompare(other.name)).map(({ who }) => [who.peer.toString(), who])))
    this.#nobody.hidden = named.length > 0
  }

  #describe (row: HTMLLIElement, who: PeerPresence): void {
    const name = nameOf(this.#peer, who.peer)

    row.dataset['status'] = who.status
    elementIn(row, '.name', HTMLElement).textContent = name
    elementIn(row, '.status', HTMLElement).textContent = STATUS_WORDS[who.status]
    elementIn(row, 'button', HTMLButtonElement).setAttribute('aria-label', `Call ${name}`)
  }
}
