import { ConnectionFailedError } from '@libp2p/interface'
import { unlessAborted } from '../waiting/index.ts'
import { dialAddress, listenAddress } from './addresses.ts'
import { Path } from './path.ts'
import { Pipe } from './pipe.ts'
import { Port } from './port.ts'
import { SimulatedConnection } from './simulated-connection.ts'
import type { Chance } from './chance.ts'
import type { PathShape } from './path.ts'
import type { Logger } from '@libp2p/interface'

/** The network between the nodes of a swarm: a way from each to each, and what is connected by them. */
export class SimulatedNetwork {
  readonly #paths = new Map<string, Path>()
  readonly #ports = new Map<string, Port>()
  #sent = 0

  /** @param names - of all nodes that there will be */
  constructor (names: readonly string[], shape: PathShape, chance: Chance) {
    for (const from of names) {
      for (const to of names) {
        if (from !== to) {
          this.#paths.set(`${from} ${to}`, new Path(from, to, shape, chance.of(`${from} ${to}`)))
        }
      }
    }
  }

  /** How many times anything was sent so far. */
  get sent (): number {
    return this.#sent
  }

  get paths (): Iterable<Path> {
    return this.#paths.values()
  }

  path (from: string, to: string): Path {
    return this.#paths.get(`${from} ${to}`)!
  }

  /** All open connections between two nodes: their ends at the first. */
  connections (from: string, to: string): SimulatedConnection[] {
    return this.#ports.get(from)?.connectionsTo(to) ?? []
  }

  /** Connects a node to the network: the place of an earlier one of that name is its own from then on. */
  attach (name: string): Port {
    const port = new Port(name)

    this.#ports.set(name, port)

    return port
  }

  /**
   * Connects to a node. While the way is parted, it hangs.
   *
   * @throws {ConnectionFailedError} nobody listens there
   * @throws {Error} the signal's reason, once it has aborted
   */
  async dial (from: Port, to: string, log: Logger, signal: AbortSignal): Promise<SimulatedConnection> {
    const there = this.#paths.get(`${from.name} ${to}`)

    if (there == null || !from.isUp) {
      throw new ConnectionFailedError(`no way from ${from.name} to ${to}`)
    }

    await this.#travel(there, signal)

    const target = this.#ports.get(to)

    if (!from.isUp) {
      throw new ConnectionFailedError(`${from.name} has crashed`)
    }

    if (target?.accept == null) {
      await this.#travel(this.path(to, from.name), signal)

      throw new ConnectionFailedError(`${to} refused the connection`)
    }

    return await this.#connect(from, target, log, signal)
  }

  async #travel (path: Path, signal: AbortSignal): Promise<void> {
    while (path.isParted) {
      await unlessAborted(path.opened, signal)
    }

    const arrival = Promise.withResolvers<void>()
    const timer = setTimeout(arrival.resolve, path.delay())

    try {
      await unlessAborted(arrival.promise, signal)
    } finally {
      clearTimeout(timer)
    }
  }

  async #connect (from: Port, target: Port, log: Logger, signal: AbortSignal): Promise<SimulatedConnection> {
    const sent = (): void => { this.#sent++ }
    const there: Pipe = new Pipe(this.path(from.name, target.name), {
      outlet: () => inbound,
      drained: () => { outbound.onDrained() },
      sent
    })
    const back: Pipe = new Pipe(this.path(target.name, from.name), {
      outlet: () => outbound,
      drained: () => { inbound.onDrained() },
      sent
    })
    const outbound: SimulatedConnection = new SimulatedConnection({
      remoteAddr: listenAddress(target.name),
      direction: 'outbound',
      log,
      outgoing: there,
      incoming: back,
      other: () => inbound
    })
    const inbound: SimulatedConnection = new SimulatedConnection({
      remoteAddr: dialAddress(from.name),
      direction: 'inbound',
      log,
      outgoing: back,
      incoming: there,
      other: () => outbound
    })
    const opened = Promise.withResolvers<void>()

    back.signal(opened.resolve)
    target.add(inbound, from.name)
    from.add(outbound, target.name)
    target.accept?.(inbound)

    try {
      await unlessAborted(opened.promise, signal)
    } catch (thrown) {
      outbound.abort(new ConnectionFailedError(`the dial to ${target.name} was given up`))

      throw thrown
    }

    return outbound
  }
}
