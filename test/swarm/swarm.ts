import { Chance } from '../processes/chance.ts'
import { Sightings } from './sightings.ts'
import { SwarmNode } from './swarm-node.ts'
import { until } from './until.ts'
import type { SwarmNodeInit } from './swarm-node.ts'

export interface SwarmInit extends SwarmNodeInit {
  /** How many others a new peer dials. */
  readonly dials: number
  /**
   * It dials these at random: only so many of the earliest, as tabs dial the few relays that they know.
   *
   * @default all that were there before
   */
  readonly entries?: number
  /** From which the choice of whom to dial is drawn. */
  readonly seed: number
}

/** So many peers join at a time: a machine that makes all connections at once lets handshakes time out. */
const WAVE = 20

/** Many real peers in this process, in a sparse graph at random that nobody has an overview of. */
export class Swarm {
  readonly sightings: Sightings
  readonly #init: SwarmInit
  readonly #chance: Chance
  readonly #nodes = new Map<string, SwarmNode>()
  readonly #endings: Array<Promise<void>> = []

  constructor (init: SwarmInit) {
    this.#init = init
    this.#chance = new Chance(init.seed)
    this.sightings = new Sightings(id => this.#nodes.get(id)?.state === 'running')
  }

  /** Those that are there, the earliest first. */
  get nodes (): SwarmNode[] {
    return [...this.#nodes.values()].filter(({ state }) => state === 'running')
  }

  /** One of them. */
  any (): SwarmNode {
    const { nodes } = this

    return nodes[this.#chance.between(0, nodes.length - 1)]!
  }

  /** What a peer that is not of this swarm may dial. */
  addressesToDial (): string[] {
    return this.#sample(this.nodes.slice(0, this.#init.entries), this.#init.dials).flatMap(({ libp2p }) => libp2p.getMultiaddrs().map(address => address.toString()))
  }

  /** One more peer; resolves when it has dialled, whoever it sees by then. */
  async add (): Promise<SwarmNode> {
    const [node] = await this.#join(1)

    return node!
  }

  /** More peers, a wave at a time, and none before `settled` holds for what there is. */
  async grow (count: number, settled: () => Promise<void> = async () => { await this.allSeeAll() }): Promise<void> {
    for (let left = count; left > 0; left -= WAVE) {
      await this.#join(Math.min(left, WAVE))
      await settled()
    }
  }

  /** See `SwarmNode.kill`. */
  kill (node: SwarmNode): void {
    this.#endings.push(node.kill())
  }

  async stop (node: SwarmNode): Promise<void> {
    await node.stop()
  }

  /** Waits until everybody sees everybody who is there, and nobody else, by what they were told. */
  async allSeeAll (): Promise<void> {
    const short = (): SwarmNode[] => {
      const { nodes } = this

      return nodes.filter(node => this.sightings.count(node) !== nodes.length - 1 || nodes.some(({ id }) => id !== node.id && !this.sightings.sees(node, id)))
    }

    await until(() => short().length === 0, () => {
      const counts = short().map(node => this.sightings.count(node)).toSorted((one, other) => one - other)

      return `${counts.length} of ${this.nodes.length} peers do not see just all the others, but ${counts.join(', ')}`
    })
  }

  /** Waits until a peer is on all rosters. */
  async allSee ({ id }: { readonly id: string }): Promise<void> {
    const blind = (): SwarmNode[] => this.nodes.filter(node => node.id !== id && !this.sightings.sees(node, id))

    await until(() => blind().length === 0, () => `${blind().length} of ${this.nodes.length} peers do not see the one that is there`)
  }

  /** Waits until a peer is on no roster. */
  async noneSee ({ id }: { readonly id: string }): Promise<void> {
    const misled = (): SwarmNode[] => this.nodes.filter(node => this.sightings.sees(node, id))

    await until(() => misled().length === 0, () => `${misled().length} of ${this.nodes.length} peers see the one that has gone`)
  }

  async end (): Promise<void> {
    const { nodes } = this

    for (const node of nodes) {
      node.mute()
    }

    await Promise.all([...this.#endings, ...nodes.map(async node => { await node.stop() })])
  }

  async #join (count: number): Promise<SwarmNode[]> {
    const joining = await Promise.all(Array.from({ length: count }, async () => await SwarmNode.start(this.#init)))
    const before = this.nodes

    for (const node of joining) {
      this.sightings.watch(node)
      this.#nodes.set(node.id, node)
    }

    await Promise.all(joining.map(async (node, index) => {
      const earlier = [...before, ...joining.slice(0, index)].slice(0, this.#init.entries)

      await Promise.all(this.#sample(earlier, this.#init.dials).map(async other => { await node.dial(other) }))
    }))

    return joining
  }

  #sample (nodes: SwarmNode[], count: number): SwarmNode[] {
    const left = [...nodes]

    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.#chance.between(0, left.length - 1), 1)[0]!)
  }
}
