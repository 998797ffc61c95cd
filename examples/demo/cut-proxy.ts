import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

/** A TCP proxy on 127.0.0.1 that can cut all that goes through it, as a lost network would. */
export class CutProxy {
  /** The port behind it. Until it is known, who connects is turned away. */
  target: number | undefined
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor () {
    // without delay: two Nagles in a row would make a handshake take 40 ms a step
    this.#server = createServer({ noDelay: true }, near => {
      if (this.target == null) {
        near.destroy()
        return
      }

      const far = connect({ port: this.target, host: '127.0.0.1', noDelay: true })

      this.#join(near, far)
      this.#join(far, near)
    })
  }

  /** Resolves with its port. */
  async listen (): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()

    this.#server.once('error', reject)
    this.#server.listen(0, '127.0.0.1', resolve)
    await promise

    return (this.#server.address() as AddressInfo).port
  }

  /** Cuts every connection that goes through it now, and returns how many; new ones may come at once. */
  cut (): number {
    const count = this.#sockets.size / 2

    for (const socket of this.#sockets) {
      socket.resetAndDestroy()
    }

    return count
  }

  close (): void {
    this.#server.close()
    this.cut()
  }

  #join (from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.pipe(to)
    // a reset is what this proxy is for: the close that follows takes the other half down
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
