import { TypedEventEmitter } from 'main-event'
import type { EventHandler } from 'main-event'

type Listener<T> = EventHandler<T> | null

/**
 * An event target whose listeners cannot hurt their emitter: what a listener throws, or an async one rejects with, goes
 * to `onListenerError`. On a bare `EventTarget` in Node it would be an uncaught exception and end the process.
 */
export class GuardedEventTarget<Events extends { [K in keyof Events]: Event }> extends TypedEventEmitter<Events> {
  readonly onListenerError: (thrown: unknown, type: string) => void
  /** The guard around each listener, so that the listener itself can be removed again. */
  #guards: WeakMap<object, (event: Event) => void> | undefined

  constructor (onListenerError: (thrown: unknown, type: string) => void) {
    super()
    this.onListenerError = onListenerError
  }

  override addEventListener<K extends keyof Events> (type: K, listener: Listener<Events[K]>, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener == null ? null : this.#guard(listener), options)
  }

  override removeEventListener<K extends keyof Events> (type: K, listener?: Listener<Events[K]>, options?: boolean | EventListenerOptions): void {
    super.removeEventListener(type, listener == null ? listener : this.#guard(listener), options)
  }

  /** Dispatches the event if anybody listens: an event that nobody hears costs nothing, and most of them are such. */
  tell<K extends keyof Events & string> (type: K, detail?: Events[K] extends CustomEvent<infer Detail> ? Detail : never): void {
    if (this.listenerCount(type) > 0) {
      this.dispatchEvent(new CustomEvent(type, { detail }))
    }
  }

  #guard<T extends Event> (listener: EventHandler<T>): (event: Event) => void {
    const guards = this.#guards ??= new WeakMap()
    const known = guards.get(listener)

    if (known != null) {
      return known
    }

    const guard = (event: Event): void => {
      const failed = (thrown: unknown): void => { this.onListenerError(thrown, event.type) }

      try {
        const returned: unknown = typeof listener === 'function'
          ? Reflect.apply(listener, event.currentTarget, [event])
          : Reflect.apply(listener.handleEvent, listener, [event])

        if (returned instanceof Promise) {
          returned.catch(failed)
        }
      } catch (thrown) {
        failed(thrown)
      }
    }

    guards.set(listener, guard)
    // the base class takes a listener away by itself after `once` or an aborted signal, and knows it by its guard
    guards.set(guard, guard)

    return guard
  }
}
