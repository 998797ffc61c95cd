import { ConnectionFailedError } from '@libp2p/interface'
import type { SimulatedConnection } from './simulated-connection.ts'

/** Where one run of a node is connected to the network. */
export class Port {
  readonly name: string
  /** Takes connections, while the node listens. */
  accept: ((connection: SimulatedConnection) => void) | undefined
  #isUp = true
  /** With the node at the other end. */
  readonly #connections = new Map<SimulatedConnection, string>()

  constructor (name: string) {
    this.name = name
  }

  get isUp (): boolean {
    return this.#isUp
  }

  connectionsTo (name: string): SimulatedConnection[] {
    return [...this.#connections].filter(([, to]) => to === name).map(([connection]) => connection)
  }

  /** @param to - the node at the other end */
  add (connection: SimulatedConnection, to: string): void {
    this.#connections.set(connection, to)
    connection.addEventListener('close', () => { this.#connections.delete(connection) }, { once: true })
  }

  /** As a system does with the connections of a process that has died: they are reset, and nothing is said on them. */
  pull (): void {
    this.#isUp = false
    this.accept = undefined

    for (const connection of this.#connections.keys()) {
      connection.abort(new ConnectionFailedError('this node has crashed'))
    }
  }
}
