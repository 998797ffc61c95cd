import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { multiaddr } from '@multiformats/multiaddr'
import type { ChildProcess } from 'node:child_process'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { RelayStatus } from '../../src/relay/index.ts'

/** How a relay's process is. */
export interface RelayFigures {
  /** Bytes that it still refers to. */
  readonly held: number
  /** The most memory that its process ever had, bytes. */
  readonly mostMemory: number
  readonly status: RelayStatus
}

/** A relay that has a process to itself. */
export class RelayProcess {
  readonly address: Multiaddr
  readonly #child: ChildProcess

  private constructor (child: ChildProcess, address: Multiaddr) {
    this.#child = child
    this.address = address
  }

  static async start (): Promise<RelayProcess> {
    const child = fork(fileURLToPath(new URL('relay-in-process.ts', import.meta.url)), {
      execArgv: ['--experimental-transform-types', '--disable-warning=ExperimentalWarning']
    })
    const ended = new AbortController()

    child.once('exit', code => { ended.abort(new Error(`the relay’s process ended with ${code}`)) })

    const [[address]] = await once(child, 'message', { signal: ended.signal }) as [[string]]

    return new RelayProcess(child, multiaddr(address))
  }

  async figures (): Promise<RelayFigures> {
    const answer = once(this.#child, 'message')

    this.#child.send('figures')

    const [figures] = await answer as [RelayFigures]

    return figures
  }

  async kill (): Promise<void> {
    const exited = once(this.#child, 'exit')

    this.#child.kill('SIGKILL')
    await exited
  }
}
