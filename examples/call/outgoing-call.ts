import { elementOf } from '../page/element.ts'
import { nameOf } from '../page/names.ts'
import { wordsForCaller } from './end-words.ts'
import { notify } from './notices.ts'
import type { CallerPhase, LocalInvitation } from 'libp2p-invitation'
import type { Peer } from 'libp2p-invitation/peer'

const PHASE_WORDS: Readonly<Partial<Record<CallerPhase, string>>> = {
  sending: 'Connecting…',
  delivered: 'Connected, not yet ringing…',
  ringing: 'It rings.',
  accepted: 'Accepted.'
}

/** A call that this user makes, from the first try until it is accepted, refused or taken back. */
export class OutgoingCall {
  readonly #peer: Peer
  readonly #dialog = elementOf('outgoing-dialog', HTMLDialogElement)
  readonly #title = elementOf('outgoing-title', HTMLElement)
  readonly #state = elementOf('outgoing-state', HTMLElement)
  #local: LocalInvitation | undefined

  constructor (peer: Peer, signal: AbortSignal) {
    this.#peer = peer
    elementOf('cancel', HTMLButtonElement).addEventListener('click', () => { this.#cancel() }, { signal })
    // the escape key
    this.#dialog.addEventListener('cancel', () => { this.#cancel() }, { signal })
    signal.addEventListener('abort', () => { this.#dialog.close() })
  }

  /** Rings somebody. Resolves when that has ended, in whatever way. */
  async ring (who: Peer['peerId'], note: string): Promise<void> {
    const name = nameOf(this.#peer, who)

    try {
      const local = this.#peer.services.invitation.createLocalInvitation(who, note === '' ? {} : { content: note })

      this.#local = local
      this.#title.textContent = `Calling ${name}`
      this.#dialog.showModal()
      local.addEventListener('undelivered', () => { this.#state.textContent = `${name} cannot be reached yet. Still trying…` })
      await Promise.all([this.#follow(local), local.send()])

      const { end } = local
      const words = end == null ? undefined : wordsForCaller(name, end)

      if (words != null) {
        notify(words)
      }
    } catch (thrown) {
      notify(`${name} cannot be rung: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
    } finally {
      this.#local = undefined
      this.#dialog.close()
    }
  }

  async #follow (local: LocalInvitation): Promise<void> {
    for await (const state of local) {
      this.#state.textContent = PHASE_WORDS[state] ?? ''
    }
  }

  #cancel (): void {
    // it rejects where the other side was faster; how it ended is told anyway
    this.#local?.cancel().catch(() => {})
  }
}
