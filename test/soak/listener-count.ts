import { queryObjects } from 'node:v8'

/**
 * The class of which Node has one object for each listener on an event target (an abort signal is one). It is Node's own business, and the
 * one way to count all listeners, wherever they are, that costs nothing in between: references to all targets would keep them in memory
 * for longer, and change what is measured.
 */
const LISTENER = listenerClass()

/** How many listeners there are in this process. Collects garbage first. */
export function countListeners (): number {
  return queryObjects(LISTENER, { format: 'count' })
}

function listenerClass (): new () => unknown {
  const target = new EventTarget()

  target.addEventListener('any', () => {})

  const name = Object.getOwnPropertySymbols(target).find(({ description }) => description === 'kEvents')
  const events = name == null ? undefined : Reflect.get(target, name) as { get?: (type: string) => { next?: object } | undefined }
  const found = events?.get?.('any')?.next?.constructor

  if (typeof found !== 'function') {
    throw new Error('this version of Node keeps listeners in a way that is not known here')
  }

  return found as new () => unknown
}
