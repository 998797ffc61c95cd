import { elementOf } from '../page/element.ts'
import { showMissedCalls } from './page-title.ts'

/**
 * Says how many calls were missed, at the head of the log and in the page's title, until somebody looks: puts the focus into the log,
 * or presses anything while its head can be seen. A page may stand open before nobody, so that to be seen is not enough.
 */
export class MissedMark {
  readonly #mark = elementOf('missed-mark', HTMLElement)
  readonly #looked: () => void

  /** @param looked - is told when somebody looks */
  constructor (looked: () => void) {
    this.#looked = looked
  }

  start (signal: AbortSignal): void {
    elementOf('call-log', HTMLElement).addEventListener('focusin', () => { this.#looked() }, { signal })
    document.addEventListener('pointerdown', () => {
      if (this.#isInSight()) {
        this.#looked()
      }
    }, { signal })
    signal.addEventListener('abort', () => { showMissedCalls(0) })
  }

  show (count: number): void {
    const words = count === 0 ? '' : `${count} missed`

    // it is read out when it changes, and only then
    if (this.#mark.textContent !== words) {
      this.#mark.textContent = words
    }

    showMissedCalls(count)
  }

  #isInSight (): boolean {
    const { top, bottom } = this.#mark.getBoundingClientRect()

    return this.#mark.checkVisibility() && top >= 0 && bottom <= innerHeight && document.querySelector(':modal') == null
  }
}
