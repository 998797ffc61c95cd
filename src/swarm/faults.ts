import { NETWORK } from './constants.ts'
import { readShape } from './settings.ts'
import type { SwarmNetwork, SwarmNode, WayInit } from './index.ts'
import type { Path } from './path.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import type { Trace } from './trace.ts'

/** A node that can have as many connections as it may have. */
export interface Bounded {
  readonly name: string
  isFull: boolean
}

/** What can be made to go wrong in the simulated network, by nodes. */
export class Faults implements SwarmNetwork {
  readonly #network: SimulatedNetwork
  readonly #trace: Trace
  readonly #bounded: readonly Bounded[]

  constructor (network: SimulatedNetwork, trace: Trace, bounded: readonly Bounded[]) {
    this.#network = network
    this.#trace = trace
    this.#bounded = bounded
  }

  stall (one?: SwarmNode, other?: SwarmNode): void {
    this.#tell('stalled', one, other)
    this.#forEach(one, other, (path) => { path.stall() })
  }

  cut (one?: SwarmNode, other?: SwarmNode): void {
    this.#tell('cut', one, other)
    this.#forEach(one, other, ({ from, to }) => {
      for (const connection of this.#network.connections(from, to)) {
        connection.cut()
      }
    })
  }

  halfOpen (gone: SwarmNode, other?: SwarmNode): void {
    this.#tell(`half open, without ${gone.name}`, gone, other)
    this.#forEach(gone, other, ({ from, to }) => {
      if (from === gone.name) {
        for (const connection of this.#network.connections(from, to)) {
          connection.onReset()
        }
      }
    })
  }

  partition (one?: SwarmNode, other?: SwarmNode, { oneWay = false }: { oneWay?: boolean } = {}): void {
    this.#tell(oneWay ? 'parted one way' : 'parted', one, other)
    this.#forEach(one, other, (path) => {
      if (!oneWay || one == null || path.from === one.name) {
        path.part()
      }
    })
  }

  fill (node: SwarmNode): void {
    this.#tell('full', node)
    this.#setFull(node, true)
  }

  shape (way: WayInit, one?: SwarmNode, other?: SwarmNode): void {
    this.#tell(`another shape ${JSON.stringify(way)}`, one, other)
    this.#forEach(one, other, (path) => { Object.assign(path.shape, readShape(way, path.shape)) })
  }

  heal (one?: SwarmNode, other?: SwarmNode): void {
    this.#tell('healed', one, other)
    this.#forEach(one, other, (path) => { path.heal() })

    if (other == null) {
      this.#setFull(one, false)
    }
  }

  #setFull (one: SwarmNode | undefined, isFull: boolean): void {
    for (const node of this.#bounded) {
      if (one == null || one.name === node.name) {
        node.isFull = isFull
      }
    }
  }

  /** Both directions of each way that is meant. */
  #forEach (one: SwarmNode | undefined, other: SwarmNode | undefined, then: (path: Path) => void): void {
    for (const path of this.#network.paths) {
      if ([one, other].every(node => node == null || node.name === path.from || node.name === path.to)) {
        then(path)
      }
    }
  }

  #tell (what: string, ...nodes: Array<SwarmNode | undefined>): void {
    const names = nodes.flatMap(node => node == null ? [] : [node.name])

    this.#trace.add(NETWORK, `${names.length === 0 ? 'all' : names.join(' and ')}: ${what}`)
  }
}
