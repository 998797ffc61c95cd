import { serviceOf } from './service-of.ts'
import type { PeerId } from '@libp2p/interface'
import type { InvitationComponents, PresenceSource } from './index.ts'

/** Looks at the presence service, if the node has one. */
export class PresenceWatch {
  readonly #components: InvitationComponents
  /** Called for every peer that appears, or that says something new of itself. */
  readonly #onSeen: (peer: PeerId) => void
  #presence: PresenceSource | undefined

  constructor (components: InvitationComponents, onSeen: (peer: PeerId) => void) {
    this.#components = components
    this.#onSeen = onSeen
  }

  /** What this peer says of itself; nothing without a presence service. */
  get status (): string | undefined {
    return this.#presence?.status
  }

  /** Watches until the signal aborts. Called when the node starts: before, not every service may be there. */
  start (signal: AbortSignal): void {
    const seen = ({ detail }: CustomEvent<{ peer: PeerId }>): void => { this.#onSeen(detail.peer) }

    this.#presence = serviceOf(() => this.#components.presence)
    this.#presence?.addEventListener('peer:online', seen, { signal })
    this.#presence?.addEventListener('peer:update', seen, { signal })
  }
}
