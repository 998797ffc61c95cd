import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ChildProcess } from 'node:child_process'

/** A peer over websockets, of the built package, that really can be killed: it has a process of its own. */
export class LonePeer {
  /** Its peer id. */
  readonly id: string
  readonly #child: ChildProcess

  private constructor (id: string, child: ChildProcess) {
    this.id = id
    this.#child = child
  }

  /** Resolves when it has dialled these addresses. */
  static async start (addresses: readonly string[]): Promise<LonePeer> {
    const child = fork(fileURLToPath(new URL('lone-peer-process.ts', import.meta.url)), [...addresses], { execArgv: [] })
    const ended = new AbortController()

    child.once('exit', code => { ended.abort(new Error(`a lone peer’s process ended with ${code}`)) })

    const [{ id }] = await once(child, 'message', { signal: ended.signal }) as [{ id: string }]

    return new LonePeer(id, child)
  }

  /** Resolves when there is nothing left of it. */
  async kill (): Promise<void> {
    const exited = once(this.#child, 'exit')

    this.#child.kill('SIGKILL')
    await exited
  }
}
