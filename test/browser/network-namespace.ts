import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { ChildProcess } from 'node:child_process'

const execute = promisify(execFile)

/**
 * What Linux calls a network namespace: interfaces and addresses of their own, for the programs that are started in it. It is gone when
 * these are, and the process that made it, however that ends.
 */
export class NetworkNamespace implements AsyncDisposable {
  /** Does nothing, and keeps it until its standard input is closed. */
  readonly #holder: ChildProcess

  private constructor (holder: ChildProcess) {
    this.#holder = holder
  }

  /** Makes one, and whoever makes it its administrator: no right of the system's own is needed. */
  static async make (): Promise<NetworkNamespace> {
    return new NetworkNamespace(await hold(['unshare', '--user', '--map-root-user', '--net']))
  }

  /** Makes another one with the same administrator, so that interfaces of the two can be joined. */
  async makeAnother (): Promise<NetworkNamespace> {
    return new NetworkNamespace(await hold([...this.entrance, 'unshare', '--net']))
  }

  /** The process that it goes by. */
  get pid (): number {
    return this.#holder.pid ?? 0
  }

  /** What is to come before a program and its arguments, so that it is started in here. */
  get entrance (): [program: string, ...options: string[]] {
    return ['nsenter', '--target', String(this.pid), '--user', '--preserve-credentials', '--net']
  }

  /** Runs a program in it to its end. @throws {Error} it failed; the message has what it said */
  async run (program: string, ...options: string[]): Promise<void> {
    const [nsenter, ...entering] = this.entrance

    await execute(nsenter, [...entering, program, ...options])
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    const ended = once(this.#holder, 'exit')

    this.#holder.stdin?.end()
    await ended
  }
}

/** Starts a program that does nothing in what its beginning makes. Resolves when that is there. */
async function hold ([beginning, ...options]: [string, ...string[]]): Promise<ChildProcess> {
  const holder = spawn(beginning, [...options, 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(holder, 'exit').then(([code]) => { throw new Error(`no network can be made here: ${beginning} ended with ${code}`) })

  ended.catch(() => {})
  // it says what it hears
  holder.stdin.write('\n')
  await Promise.race([once(holder.stdout, 'data'), ended])

  return holder
}
