import { elementOf } from '../page/element.ts'
import { keepEntry, keptEntry } from './kept-entry.ts'
import { missingRequirements } from './requirements.ts'
import type { Entry } from './kept-entry.ts'

/** Where one says who one is, and which room to enter. */
export class StartScreen {
  readonly #screen = elementOf('start-screen', HTMLElement)
  readonly #name = elementOf('name', HTMLInputElement)
  readonly #room = elementOf('room', HTMLInputElement)
  readonly #button = elementOf('enter', HTMLButtonElement)
  readonly #requirements = elementOf('requirements', HTMLUListElement)

  /** @param enter - rejects with what is to be said to the user */
  constructor (enter: (entry: Entry) => Promise<void>) {
    const { name, room } = keptEntry()

    this.#name.value = name
    this.#room.value = room
    this.#say(missingRequirements())
    elementOf('start-form', HTMLFormElement).addEventListener('submit', event => {
      event.preventDefault()
      void this.#enter(enter)
    })
  }

  show (): void {
    this.#screen.hidden = false
    this.#name.focus()
  }

  async #enter (enter: (entry: Entry) => Promise<void>): Promise<void> {
    const entry = { name: this.#name.value.trim(), room: this.#room.value.trim() }

    // the browser has seen to it that there is something, but not that it is more than spaces
    if (entry.name === '' || entry.room === '') {
      this.#say(['Name and room need a letter at least.'])

      return
    }

    keepEntry(entry)
    this.#button.disabled = true
    this.#button.textContent = 'Entering…'

    try {
      await enter(entry)
      this.#screen.hidden = true
      this.#say(missingRequirements())
    } catch (thrown) {
      this.#say([...missingRequirements(), thrown instanceof Error ? thrown.message : String(thrown)])
    } finally {
      this.#button.disabled = false
      this.#button.textContent = 'Enter'
    }
  }

  #say (missing: string[]): void {
    this.#requirements.hidden = missing.length === 0
    this.#requirements.replaceChildren(...missing.map(text => {
      const item = document.createElement('li')

      item.textContent = text

      return item
    }))
  }
}
