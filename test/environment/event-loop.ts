/** Lets one turn of the event loop pass, in Node and in browsers, without any time. */
export async function turn (): Promise<void> {
  await new Promise<void>('setImmediate' in globalThis ? resolve => { setImmediate(resolve) } : afterMessage)
}

/** Lets so many microtasks pass, one behind the other. */
export async function microtasks (count: number): Promise<void> {
  for (let passed = 0; passed < count; passed++) {
    await Promise.resolve()
  }
}

let channel: MessageChannel | undefined
const waiting: Array<() => void> = []

/** What a browser has in place of `setImmediate`: a message takes one turn. */
function afterMessage (resolve: () => void): void {
  if (channel == null) {
    channel = new MessageChannel()
    channel.port1.addEventListener('message', () => { waiting.shift()?.() })
    channel.port1.start()
  }

  waiting.push(resolve)
  channel.port2.postMessage(undefined)
}
