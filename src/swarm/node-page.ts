import type { Page } from '../environment/index.ts'

/** The page that a peer of a swarm runs in. */
export class NodePage implements Page {
  readonly window: EventTarget = new EventTarget()
  readonly document: EventTarget & { visibilityState: string } = Object.assign(new EventTarget(), { visibilityState: 'visible' })

  /** Whether it can be seen. */
  show (isVisible: boolean): void {
    this.document.visibilityState = isVisible ? 'visible' : 'hidden'
    this.document.dispatchEvent(new Event('visibilitychange'))
  }

  /** It is closed, in the last moment that there is. */
  close (): void {
    this.window.dispatchEvent(new Event('pagehide'))
  }
}
