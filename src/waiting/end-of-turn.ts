/**
 * Calls `then` when the event loop has done what it is at: as a task of its own, without delay.
 *
 * Not by `setTimeout`, which browsers hold back: 4 ms when nested, up to a minute in a hidden tab.
 */
export const atEndOfTurn: (then: () => void) => void = typeof setImmediate === 'function' ? setImmediate : messageTask()

/** A message that a window sends itself is the nearest that browsers have to `setImmediate`. */
function messageTask (): (then: () => void) => void {
  const { port1, port2 } = new MessageChannel()
  const waiting: Array<() => void> = []

  port1.addEventListener('message', () => { waiting.shift()?.() })
  port1.start()

  return (then) => {
    waiting.push(then)
    port2.postMessage(undefined)
  }
}

/**
 * Resolves when the event loop has done what it is at.
 *
 * To be awaited before a stream is opened because something broke. yamux (8.0.3) writes in a microtask after `newStream`, and
 * what it throws then nobody can catch: where the chunk of bytes, or the event, that is being worked on closes that connection
 * as well, as the loss of a relay closes all that are relayed by it, the process would end.
 */
export async function endOfTurn (): Promise<void> {
  await new Promise<void>(resolve => { atEndOfTurn(resolve) })
}
