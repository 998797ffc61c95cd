import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ChildProcess } from 'node:child_process'

/** A screen that nobody sees, for browsers with windows: Xvfb. It ends with the process that started it, however that ends. */
export class VirtualDisplay implements AsyncDisposable {
  /** As the environment variable `DISPLAY` has it. */
  readonly name: string
  readonly #server: ChildProcess

  private constructor (name: string, server: ChildProcess) {
    this.name = name
    this.#server = server
  }

  static async start (executablePath: string): Promise<VirtualDisplay> {
    const server = spawn(process.execPath, [
      fileURLToPath(new URL('leashed-process.ts', import.meta.url)), executablePath, '-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'
    ], { stdio: ['pipe', 'pipe', 'ignore'] })
    const ended = once(server, 'exit').then(([code]) => { throw new Error(`Xvfb ended with ${code}`) })
    const [number] = await Promise.race([once(createInterface({ input: server.stdout }), 'line'), ended])

    ended.catch(() => {})

    return new VirtualDisplay(`:${number}`, server)
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    this.#server.stdin?.end()

    if (this.#server.exitCode == null && this.#server.signalCode == null) {
      await once(this.#server, 'exit')
    }
  }
}
