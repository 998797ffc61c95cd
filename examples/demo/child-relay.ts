import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { ChildProcess } from 'node:child_process'

/** The conductor's end of a relay's process. The process never outlives the conductor's. */
export class ChildRelay {
  readonly name: string
  readonly #child: ChildProcess
  #address = ''

  private constructor (name: string, child: ChildProcess) {
    this.name = name
    this.#child = child
    process.on('exit', () => { this.kill() })
  }

  /** Resolves when it listens. @param other - a relay to be connected with */
  static async start (name: string, signal: AbortSignal, other?: ChildRelay): Promise<ChildRelay> {
    const child = fork(new URL('relay-process.ts', import.meta.url), [other?.address ?? ''])
    const relay = new ChildRelay(name, child)
    const [[address]] = await once(child, 'message', { signal }) as [string[]]

    relay.#address = address ?? ''

    return relay
  }

  /** What peers are told to reach it by. */
  get address (): string {
    return this.#address
  }

  /** `kill -9`: nothing more is said, and nothing cleaned up. */
  kill (): void {
    this.#child.kill('SIGKILL')
  }
}
