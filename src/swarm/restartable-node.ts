import { Disk } from './disk.ts'
import { NotRunningError } from './errors.ts'
import { NodeRun } from './node-run.ts'
import type { RestartOptions, SwarmNode } from './index.ts'
import type { Port } from './port.ts'
import type { NodeIdentity, Surroundings } from './surroundings.ts'
import type { Watched } from './trace-watch.ts'
import type { Libp2p, PeerId, ServiceMap } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A node that can crash and be started again: one name, one key, one run after the other. */
export abstract class RestartableNode<Services extends ServiceMap> implements SwarmNode {
  readonly name: string
  readonly peerId: PeerId
  /** Whether it takes no connections: it has as many as it may have. */
  isFull = false
  protected readonly identity: NodeIdentity
  protected readonly surroundings: Surroundings
  #run: NodeRun<Services> | undefined
  #libp2p: Libp2p<Services> | undefined
  #isRunning = false
  /** Remains of runs that crashed, being cleared up. */
  readonly #remains = new Set<Promise<void>>()

  constructor (identity: NodeIdentity, surroundings: Surroundings) {
    this.name = identity.name
    this.peerId = identity.peerId
    this.identity = identity
    this.surroundings = surroundings
  }

  get isRunning (): boolean {
    return this.#isRunning
  }

  /** Of the run that is, or was the last. */
  get libp2p (): Libp2p<Services> {
    if (this.#libp2p == null) {
      throw new NotRunningError(`${this.name} has not been started`)
    }

    return this.#libp2p
  }

  get addresses (): Multiaddr[] {
    return this.#isRunning ? this.libp2p.getMultiaddrs() : []
  }

  crash (): void {
    if (this.#run != null && !this.#run.isOver) {
      this.tell('crashed')
      this.#drop(this.#run)
    }
  }

  async stop (): Promise<void> {
    if (this.#isRunning) {
      this.#isRunning = false
      this.tell('stops')
      await this.#run?.stop()
      this.tell('stopped')
    }
  }

  async restart ({ memory = true }: RestartOptions = {}): Promise<void> {
    const before = this.#run

    this.crash()

    const run = new NodeRun<Services>(this.surroundings.network.attach(this.name), memory && before != null ? before.disk.copy() : new Disk())

    this.#run = run
    await run.start(async (port, disk) => await this.makeNode(port, disk), (libp2p) => {
      this.#libp2p = libp2p
      run.tell(this.surroundings.trace, this.name, this.watched())
      this.prepare()
    })
    this.#isRunning = true
    this.tell(before == null ? 'started' : `started again, ${memory ? 'with' : 'without'} its memory`)
  }

  /** Ends it without a word to anybody, and resolves when nothing of it is left. */
  async dispose (): Promise<void> {
    if (this.#run != null && !this.#run.isOver) {
      this.#drop(this.#run)
    }

    await Promise.all(this.#remains)
  }

  protected tell (what: string): void {
    this.surroundings.trace.add(this.name, what)
  }

  /** Makes the libp2p node of a new run, not started. */
  protected abstract makeNode (port: Port, disk: Disk): Promise<Libp2p<Services>>

  /** What of a new run is told of in the trace. */
  protected abstract watched (): Watched

  /** Whatever is to be done with it before it starts. */
  protected prepare (): void {}

  #drop (run: NodeRun<Services>): void {
    this.#isRunning = false

    const remains = run.crash().finally(() => { this.#remains.delete(remains) })

    this.#remains.add(remains)
  }
}
