import { fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ChildProcess } from 'node:child_process'

const ADDRESS = /\/ip4\/[^"\s]+\/p2p\/\w+/

export interface RelayProcessInit {
  readonly port: number
  /** The file of its key, so that it is the same relay whenever it is started. */
  readonly key: string
  /** The address of another relay. */
  readonly peer?: string
}

/** A relay that can be killed and started again: the program `libp2p-invitation-relay` on a port of this machine. */
export class RelayProcess {
  readonly #init: RelayProcessInit
  #child: ChildProcess | undefined

  constructor (init: RelayProcessInit) {
    this.#init = init
  }

  /** Resolves with its address when it listens. */
  async start (): Promise<string> {
    const { port, key, peer } = this.#init
    const child = fork(fileURLToPath(new URL('relay.ts', import.meta.url)), [
      '--host', '127.0.0.1', '--port', String(port), '--key', key, '--no-status', ...peer == null ? [] : ['--peer', peer]
    ], { silent: true })

    this.#child = child

    const { promise, resolve, reject } = Promise.withResolvers<string>()
    let said = ''

    child.stderr?.on('data', (chunk: Buffer) => { said += chunk.toString() })
    child.once('exit', code => { reject(new Error(`the relay ended with ${code}: ${said}`)) })
    createInterface({ input: child.stdout! }).on('line', line => {
      const [address] = ADDRESS.exec(line) ?? []

      if (address != null) {
        resolve(address)
      }
    })

    return await promise
  }

  /** From here on it passes nothing on, whatever it was given. */
  freeze (): void {
    this.#child?.kill('SIGSTOP')
  }

  /** As a power cut would: nothing more is said. Resolves when it is gone. */
  async kill (): Promise<void> {
    const child = this.#child

    if (child != null && child.exitCode == null && child.signalCode == null) {
      const { promise, resolve } = Promise.withResolvers<void>()

      child.once('exit', () => { resolve() })
      child.kill('SIGKILL')
      await promise
    }
  }
}
