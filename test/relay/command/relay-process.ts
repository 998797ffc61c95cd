import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, vi } from 'vitest'
import { PATIENCE } from '../nodes.ts'
import type { ChildProcess } from 'node:child_process'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A line of the relay's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string, readonly msg: string }

const MAIN = fileURLToPath(new URL('../../../dist/relay/command/main.js', import.meta.url))

const running = new Set<RelayProcess>()

afterEach(() => {
  for (const relay of running) {
    relay.signal('SIGKILL')
  }

  running.clear()
})

/** The built command in a process of its own, as a user starts it. It never outlives the test. */
export class RelayProcess {
  /** Resolves with what it ended with; null if it was killed. */
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess
  #printed = ''
  #complaints = ''

  /** @param env - beside what Node needs */
  constructor (argv: readonly string[], { cwd, env = {} }: { cwd: string, env?: NodeJS.ProcessEnv }) {
    this.#child = fork(MAIN, argv, {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      execArgv: ['--import', new URL('end-with-parent.ts', import.meta.url).href],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc']
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => { this.#printed += text })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => { this.#complaints += text })
    this.ended = new Promise(resolve => {
      this.#child.on('close', code => { resolve(code) })
    })
    running.add(this)
  }

  /** What it wrote to stderr. */
  get complaints (): string {
    return this.#complaints
  }

  /** Its log so far. */
  get log (): LogLine[] {
    return this.#printed.split('\n').slice(0, -1).map(line => JSON.parse(line) as LogLine)
  }

  signal (name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Throws this in its process, where nobody catches it. */
  fail (message: string): void {
    this.#child.send(message)
  }

  /** Resolves with the first line of its log that says so. */
  async logged (msg: string): Promise<LogLine> {
    return await vi.waitFor(() => {
      const line = this.log.find(each => each.msg === msg)

      if (line == null) {
        throw new Error(`the relay did not log ${msg}: ${this.#printed}${this.#complaints}`)
      }

      return line
    }, { timeout: PATIENCE, interval: 20 })
  }

  /** Resolves with the addresses that it prints, once it listens. */
  async addresses (): Promise<Multiaddr[]> {
    const { addresses } = await this.logged('listening')

    return (addresses as string[]).map(address => multiaddr(address))
  }

  /** Resolves with where it tells how it is, once it listens. */
  async status (): Promise<string> {
    return String((await this.logged('listening'))['status'])
  }
}
