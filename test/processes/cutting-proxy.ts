import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** Which way bytes flow: from whoever dialled, or to them. */
export type Direction = 'forth' | 'back'

const BOTH: readonly Direction[] = ['forth', 'back']

/**
 * A TCP proxy on loopback that does to connections what networks do: breaks them, holds what is on its way, or forgets them
 * without telling anybody.
 */
export class CuttingProxy {
  readonly #server: Server
  readonly #spans = new Set<Span>()
  #target = 0
  #isRefusing = false
  #stalled: readonly Direction[] = []

  constructor () {
    this.#server = createServer({ allowHalfOpen: true }, socket => { this.#accept(socket) })
  }

  /** Listens, and resolves with the port. */
  async listen (): Promise<number> {
    await new Promise<void>(resolve => { this.#server.listen(0, '127.0.0.1', resolve) })

    return (this.#server.address() as AddressInfo).port
  }

  /** From now on connections go to that port. */
  leadTo (port: number): void {
    this.#target = port
  }

  /** Breaks every connection; both ends hear of it. */
  cut (): void {
    for (const span of this.#spans) {
      span.destroy()
    }
  }

  /** New connections are refused, until `restore`. */
  refuse (): void {
    this.#isRefusing = true
  }

  /** Nothing is forwarded in these directions, on new connections neither, until `restore`; then what was held comes through. */
  stall (directions: readonly Direction[] = BOTH): void {
    this.#stalled = directions
    this.#flow()
  }

  /** The connections that there are forward nothing until `restore`, while new ones are fine: so what was said first may come last. */
  hold (): void {
    for (const span of this.#spans) {
      span.hold()
    }
  }

  /** The connections that there are will never forward anything again, and neither end hears when the other gives up. */
  forget (): void {
    for (const span of this.#spans) {
      span.forget()
    }
  }

  /** All is well again, but for what was forgotten. */
  restore (): void {
    this.#isRefusing = false
    this.#stalled = []

    for (const span of this.#spans) {
      span.release()
    }
  }

  async close (): Promise<void> {
    this.cut()
    await new Promise<void>(resolve => { this.#server.close(() => { resolve() }) })
  }

  #accept (near: Socket): void {
    if (this.#isRefusing) {
      near.destroy()
      return
    }

    const span = new Span(near, connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true }), () => { this.#spans.delete(span) })

    this.#spans.add(span)
    span.flow(this.#stalled)
  }

  #flow (): void {
    for (const span of this.#spans) {
      span.flow(this.#stalled)
    }
  }
}

/** One connection through the proxy: the two sockets that it is made of. */
class Span {
  readonly #near: Socket
  readonly #far: Socket
  readonly #closed: () => void
  #stalled: readonly Direction[] = []
  #isHeld = false
  #isForgotten = false

  constructor (near: Socket, far: Socket, closed: () => void) {
    this.#near = near
    this.#far = far
    this.#closed = closed
    this.#forward(near, far, 'forth')
    this.#forward(far, near, 'back')
  }

  flow (stalled: readonly Direction[]): void {
    this.#stalled = stalled
    this.#runBoth()
  }

  hold (): void {
    this.#isHeld = true
    this.#runBoth()
  }

  release (): void {
    this.#isHeld = false
    this.flow([])
  }

  forget (): void {
    this.#isForgotten = true
    this.#runBoth()
  }

  destroy (): void {
    this.#near.destroy()
    this.#far.destroy()
  }

  #runBoth (): void {
    this.#run(this.#near, this.#far, 'forth')
    this.#run(this.#far, this.#near, 'back')
    this.#passOnTheEnd()
  }

  #forward (from: Socket, to: Socket, direction: Direction): void {
    from.on('data', bytes => {
      to.write(bytes)
      this.#run(from, to, direction)
    })
    from.on('end', () => { to.end() })
    // a reset; 'close' follows
    from.on('error', () => {})
    from.on('close', () => { this.#passOnTheEnd() })
    to.on('drain', () => { this.#run(from, to, direction) })
  }

  /** Reads on from `from` unless something speaks against it. */
  #run (from: Socket, to: Socket, direction: Direction): void {
    if (this.#isForgotten || this.#isHeld || this.#stalled.includes(direction) || to.writableNeedDrain) {
      from.pause()
    } else {
      from.resume()
    }
  }

  /** When one end is gone the other hears of it, unless that is held back. */
  #passOnTheEnd (): void {
    if (this.#near.destroyed && this.#far.destroyed) {
      this.#closed()
    } else if ((this.#near.destroyed || this.#far.destroyed) && !this.#isForgotten && !this.#isHeld && this.#stalled.length === 0) {
      this.destroy()
    }
  }
}
