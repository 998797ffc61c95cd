import { elementOf } from '../page/element.ts'
import { nameOf } from '../page/names.ts'
import { noteOf } from './note.ts'
import { endNotice, notify } from './notices.ts'
import { showCaller } from './page-title.ts'
import { RingTone } from './ring-tone.ts'
import type { RemoteInvitation } from 'libp2p-invitation'
import type { Peer } from 'libp2p-invitation/peer'

/** Somebody rings: says who, and what it is about, and lets this user answer. */
export class IncomingCall {
  readonly #peer: Peer
  readonly #dialog = elementOf('incoming-dialog', HTMLDialogElement)
  readonly #title = elementOf('incoming-title', HTMLElement)
  readonly #note = elementOf('incoming-note', HTMLElement)
  readonly #tone = new RingTone()
  /** All that ring, the first of them shown: others are refused as busy, but the same caller may ring twice. */
  readonly #ringing: RemoteInvitation[] = []

  constructor (peer: Peer) {
    this.#peer = peer
  }

  start (signal: AbortSignal): void {
    this.#peer.services.invitation.addEventListener('invitation:received', ({ detail }) => { void this.#received(detail) }, { signal })
    elementOf('accept', HTMLButtonElement).addEventListener('click', () => { this.#answer(remote => remote.accept()) }, { signal })
    elementOf('refuse', HTMLButtonElement).addEventListener('click', () => { this.#answer(remote => remote.refuse()) }, { signal })
    elementOf('busy', HTMLButtonElement).addEventListener('click', () => { this.#answer(remote => remote.refuse({ reason: 'busy' })) }, { signal })
    // the escape key only makes it silent: it rings on for the caller
    this.#dialog.addEventListener('cancel', () => { this.#silence() }, { signal })
    signal.addEventListener('abort', () => {
      this.#ringing.length = 0
      this.#show()
    })
  }

  async #received (remote: RemoteInvitation): Promise<void> {
    this.#ringing.push(remote)
    // of two who ring each other at the same moment, one accepts by itself: before anything is seen or heard, it rings no more
    remote.addEventListener('accepting', () => { this.#remove(remote) })
    this.#show()
    await remote.outcome
    this.#remove(remote)
  }

  #answer (say: (remote: RemoteInvitation) => Promise<unknown>): void {
    const [remote] = this.#ringing

    if (remote != null) {
      this.#remove(remote)
      say(remote).catch(() => { notify('The call had ended already.') })
    }
  }

  #silence (): void {
    const [remote] = this.#ringing

    if (remote != null) {
      remote.ignore()
      this.#remove(remote)
    }
  }

  #remove (remote: RemoteInvitation): void {
    const place = this.#ringing.indexOf(remote)

    if (place !== -1) {
      this.#ringing.splice(place, 1)
      this.#show()
    }
  }

  #show (): void {
    const [remote] = this.#ringing

    if (remote == null) {
      this.#tone.stop()
      this.#dialog.close()
      showCaller(undefined)

      return
    }

    const name = nameOf(this.#peer, remote.peer)
    const note = noteOf(remote.content)

    if (!this.#dialog.open) {
      endNotice()
      this.#tone.start()
      this.#dialog.showModal()
      this.#title.focus()
    }

    // only when it is shown: what changes before that is not read out
    this.#title.textContent = `${name} is calling`
    this.#note.textContent = note === '' ? '' : `“${note}”`
    showCaller(name)
  }
}
