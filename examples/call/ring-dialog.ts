import { elementOf } from '../page/element.ts'

/** Asks what a call is about before it rings. */
export class RingDialog {
  readonly #dialog = elementOf('ring-dialog', HTMLDialogElement)
  readonly #title = elementOf('ring-title', HTMLElement)
  readonly #note = elementOf('note', HTMLInputElement)
  #ring: (note: string) => void = () => {}

  constructor (signal: AbortSignal) {
    elementOf('ring-form', HTMLFormElement).addEventListener('submit', () => {
      // before the next dialog opens, so that the focus finds its way back to where it was
      this.close()
      this.#ring(this.#note.value.trim())
    }, { signal })
    elementOf('ring-not', HTMLButtonElement).addEventListener('click', () => { this.close() }, { signal })
    signal.addEventListener('abort', () => { this.close() })
  }

  /** @param ring - is told of the note when the user wants to ring */
  show (name: string, ring: (note: string) => void): void {
    this.#ring = ring
    this.#title.textContent = `Call ${name}`
    this.#note.value = ''
    this.#dialog.showModal()
    this.#note.focus()
  }

  close (): void {
    this.#dialog.close()
  }
}
