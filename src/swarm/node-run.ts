import { NotRunningError } from './errors.ts'
import { TraceWatch } from './trace-watch.ts'
import type { Disk } from './disk.ts'
import type { Port } from './port.ts'
import type { Trace } from './trace.ts'
import type { Watched } from './trace-watch.ts'
import type { InvitationService } from '../invitation/index.ts'
import type { Libp2p, ServiceMap } from '@libp2p/interface'

/** One run of a node, from its start to its end. */
export class NodeRun<Services extends ServiceMap> {
  readonly disk: Disk
  readonly #port: Port
  readonly #watching = new AbortController()
  #libp2p: Libp2p<Services> | undefined
  #starting: Promise<void> | undefined
  #isOver = false

  constructor (port: Port, disk: Disk) {
    this.#port = port
    this.disk = disk
  }

  get isOver (): boolean {
    return this.#isOver
  }

  /**
   * Starts it.
   *
   * @param make - makes the node of it, not started
   * @param prepare - called in between
   * @throws {NotRunningError} it crashed meanwhile
   */
  async start (make: (port: Port, disk: Disk) => Promise<Libp2p<Services>>, prepare: (libp2p: Libp2p<Services>) => void): Promise<void> {
    const libp2p = await make(this.#port, this.disk)

    this.#throwIfOver()
    this.#libp2p = libp2p
    prepare(libp2p)
    // in a function of its own, since what it throws at once is to be waited for as well
    this.#starting = (async () => { await libp2p.start() })()
    await this.#starting
    this.#throwIfOver()
  }

  /** Has what happens to it written down. */
  tell (trace: Trace, name: string, watched: Watched): void {
    new TraceWatch(trace, name, this.#watching.signal).watch(watched)
  }

  /** Stops it in good order. */
  async stop (): Promise<void> {
    await this.#libp2p?.stop()
    this.#isOver = true
    this.#watching.abort()
    this.#port.pull()
  }

  /**
   * It is gone from one moment to the next, as far as anybody can see. Resolves when what is left of it in this process is cleared
   * up.
   */
  async crash (): Promise<void> {
    this.#isOver = true
    this.#watching.abort()
    this.disk.seal()
    this.#silence()
    this.#port.pull()
    // libp2p stops only what has started
    await this.#starting?.catch(() => {})
    await this.#libp2p?.stop()
  }

  #throwIfOver (): void {
    if (this.#isOver) {
      throw new NotRunningError('it crashed, or was started once more, before it had started')
    }
  }

  /** Nobody who listens hears of what its remains do: their process is gone. */
  #silence (): void {
    const services: { invitation?: InvitationService } & ServiceMap = this.#libp2p?.services ?? {}

    for (const target of [this.#libp2p, ...Object.values<unknown>(services), ...services.invitation?.list() ?? []]) {
      if (target instanceof EventTarget) {
        Object.assign(target, { dispatchEvent: () => true })
      }
    }
  }
}
