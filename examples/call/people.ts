import { elementIn, elementOf, rowFrom } from '../page/element.ts'
import { nameOf } from '../page/names.ts'
import type { Peer } from 'libp2p-invitation/peer'
import type { PeerPresence, PresenceStatus } from 'libp2p-invitation/presence'

const STATUS_WORDS: Readonly<Record<PresenceStatus, string>> = {
  'online': 'online',
  'away': 'away',
  'busy': 'busy',
  'do-not-disturb': 'not to be disturbed'
}

/** Who is in the room, as it changes. A row stays the same element for as long as its person is here, so that it keeps the focus. */
export class People {
  readonly #peer: Peer
  readonly #call: (who: PeerPresence) => void
  readonly #list = elementOf('people', HTMLUListElement)
  readonly #nobody = elementOf('nobody', HTMLElement)
  readonly #rows = new Map<string, HTMLLIElement>()

  /** @param call - is told of whom the user wants to call */
  constructor (peer: Peer, call: (who: PeerPresence) => void) {
    this.#peer = peer
    this.#call = call
  }

  start (signal: AbortSignal): void {
    for (const change of ['peer:online', 'peer:update', 'peer:offline'] as const) {
      this.#peer.services.presence.addEventListener(change, () => { this.#show() }, { signal })
    }

    this.#list.replaceChildren()
    this.#show()
  }

  #show (): void {
    const present = this.#peer.services.presence.list()
    const here = new Set(present.map(({ peer }) => peer.toString()))

    for (const [id, row] of this.#rows) {
      if (!here.has(id)) {
        row.remove()
        this.#rows.delete(id)
      }
    }

    const named = present.map(who => ({ who, name: nameOf(this.#peer, who.peer) }))

    for (const [index, { who, name }] of named.toSorted((one, other) => one.name.localeCompare(other.name)).entries()) {
      const row = this.#rowOf(who)

      this.#describe(row, name, who.status)

      if (this.#list.children[index] !== row) {
        this.#list.insertBefore(row, this.#list.children[index] ?? null)
      }
    }

    this.#nobody.hidden = present.length > 0
  }

  #rowOf (who: PeerPresence): HTMLLIElement {
    const id = who.peer.toString()
    const known = this.#rows.get(id)

    if (known != null) {
      return known
    }

    const row = rowFrom('person-row')

    elementIn(row, 'button', HTMLButtonElement).addEventListener('click', () => { this.#call(who) })
    this.#rows.set(id, row)

    return row
  }

  #describe (row: HTMLLIElement, name: string, status: PresenceStatus): void {
    row.dataset['status'] = status
    elementIn(row, '.name', HTMLElement).textContent = name
    elementIn(row, '.status', HTMLElement).textContent = STATUS_WORDS[status]
    elementIn(row, 'button', HTMLButtonElement).setAttribute('aria-label', `Call ${name}`)
  }
}
