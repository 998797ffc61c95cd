import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { NetworkNamespace } from './network-namespace.ts'

/** A host on a virtual network, as if the programs in it ran on another machine, which can be cut off. */
export class VirtualHost implements AsyncDisposable {
  /** What its end of the cable is called. */
  static readonly CABLE: string = 'cable'

  readonly #ip: string
  readonly #namespace: NetworkNamespace
  readonly #ends = new AsyncDisposableStack()

  constructor (ip: string, namespace: NetworkNamespace) {
    this.#ip = ip
    this.#namespace = this.#ends.use(namespace)
  }

  /** Nothing gets out or in any more, nor is anything closed. What runs in it sees that it has no address left. */
  async cutOff (): Promise<void> {
    await this.#setUp('link', 'set', 'lo', 'down')
    await this.#setUp('link', 'set', VirtualHost.CABLE, 'down')
    await this.#setUp('address', 'flush', VirtualHost.CABLE)
  }

  /** Is on the network, at first or again, and goes by that address: one of 10.0.0.0/24. */
  async join (address: string): Promise<void> {
    await this.#setUp('link', 'set', 'lo', 'up')
    await this.#setUp('address', 'add', `${address}/24`, 'dev', VirtualHost.CABLE)
    await this.#setUp('link', 'set', VirtualHost.CABLE, 'up')
  }

  /** Lets what is dialled in it at ports of the loopback address come to those of the real machine. */
  async reach (...ports: number[]): Promise<void> {
    const [nsenter, ...entering] = this.#namespace.entrance
    const folder = await this.#makeFolder()

    for (const port of ports) {
      // whichever breaks or closes takes the other along
      const server = createServer(socket => { pipeline(socket, connect(port, '127.0.0.1'), socket, () => {}) })

      this.#ends.defer(async () => { await once(server.close(), 'close') })
      // a path leads out of every network
      await once(server.listen(join(folder, String(port))), 'listening')
    }

    const passage = spawn(nsenter, [...entering, process.execPath, fileURLToPath(new URL('passage-process.ts', import.meta.url)), folder, ...ports.map(String)], {
      stdio: ['pipe', 'pipe', 'inherit']
    })
    const ended = once(passage, 'exit')

    this.#ends.defer(async () => {
      passage.stdin.end()
      await ended
    })
    await Promise.race([once(passage.stdout, 'data'), ended.then(([code]) => { throw new Error(`the passage ended with ${code}`) })])
  }

  /** The path of a program that is another one, started in this host. */
  async entering (executablePath: string): Promise<string> {
    const path = join(await this.#makeFolder(), 'program')

    await writeFile(path, `#!/bin/sh\nexec ${this.#namespace.entrance.join(' ')} '${executablePath}' "$@"\n`, { mode: 0o755 })

    return path
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    await this.#ends.disposeAsync()
  }

  async #setUp (...options: string[]): Promise<void> {
    await this.#namespace.run(this.#ip, ...options)
  }

  /** A folder that goes when the host does. */
  async #makeFolder (): Promise<string> {
    return this.#ends.use(await mkdtempDisposable(join(tmpdir(), 'virtual-host-'))).path
  }
}
