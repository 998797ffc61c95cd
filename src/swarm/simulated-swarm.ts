import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { asError } from '../errors/index.ts'
import { Chance } from './chance.ts'
import { RUN_LIMIT, STOP_LIMIT, UNTIL_LIMIT } from './constants.ts'
import { milliseconds } from './duration.ts'
import { SwarmRunningError } from './errors.ts'
import { Faults } from './faults.ts'
import { PeerNode } from './peer-node.ts'
import { RelayNode } from './relay-node.ts'
import { SeededWorld } from './seeded-world.ts'
import { readSettings } from './settings.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { TimeDriver } from './time-driver.ts'
import { Trace } from './trace.ts'
import { VirtualClock } from './virtual-clock.ts'
import type { Duration, Swarm, SwarmInit, SwarmNetwork, WithinOptions } from './index.ts'
import type { SwarmSettings } from './settings.ts'
import type { NodeIdentity, Surroundings } from './surroundings.ts'
import type { ServiceMap } from '@libp2p/interface'

/** Whether there is a swarm in this process: it has the clock. */
let isTaken = false

/** A swarm that runs. */
export class SimulatedSwarm<Added extends ServiceMap> implements Swarm<string, string, Added> {
  readonly network: SwarmNetwork
  readonly peers: { readonly [name: string]: PeerNode<Added> }
  readonly relays: { readonly [name: string]: RelayNode }
  readonly #nodes: ReadonlyArray<PeerNode<Added> | RelayNode>
  readonly #clock: VirtualClock
  readonly #world: SeededWorld
  readonly #driver: TimeDriver
  readonly #trace: Trace
  #disposing: Promise<void> | undefined

  private constructor (settings: SwarmSettings, init: SwarmInit<string, string, Added>, identities: readonly NodeIdentity[], clock: VirtualClock) {
    const chance = new Chance(settings.seed)
    const names = identities.map(({ name }) => name)
    const network = new SimulatedNetwork(names, settings.shape, chance.of('network'))

    this.#clock = clock
    this.#world = new SeededWorld(chance.of('world'))
    this.#trace = new Trace(() => clock.now, names)
    this.#driver = new TimeDriver(clock, this.#world, () => network.sent)

    const surroundings: Surroundings = { network, trace: this.#trace, chance: chance.of('nodes'), encryption: settings.encryption }
    const of = (all: readonly string[]): NodeIdentity[] => identities.filter(({ name }) => all.includes(name))
    const relays = of(settings.relays)
    const listening = of(settings.peers.filter(({ behind }) => behind.length === 0).map(({ name }) => name))

    for (const { name, peerId } of identities) {
      this.#trace.name(peerId, name)
    }

    const known = (name: string): NodeIdentity[] => init.connected === false ? listening.filter(other => other.name !== name) : before(listening, name)
    const relayNodes = relays.map(identity => new RelayNode(identity, before(relays, identity.name), surroundings))
    const peerNodes = settings.peers.map(({ name, behind }) => {
      const [identity] = of([name])
      const others = behind.length > 0 ? [] : [...relays, ...known(name)]

      return new PeerNode<Added>(identity!, { behind: of(behind), others, hasRelays: relays.length > 0 }, surroundings, init)
    })

    this.#nodes = [...relayNodes, ...peerNodes]
    this.relays = Object.fromEntries(relayNodes.map(node => [node.name, node]))
    this.peers = Object.fromEntries(peerNodes.map(node => [node.name, node]))
    this.network = new Faults(network, this.#trace, this.#nodes)
  }

  static async start<PeerName extends string, RelayName extends string, Added extends ServiceMap> (init: SwarmInit<PeerName, RelayName, Added>): Promise<Swarm<PeerName, RelayName, Added>> {
    const settings = readSettings(init)

    if (isTaken) {
      throw new SwarmRunningError('one swarm at a time: it has the clock of the process; dispose of it first')
    }

    isTaken = true

    let clock: VirtualClock | undefined
    let swarm: SimulatedSwarm<Added> | undefined

    try {
      const identities = await makeIdentities(settings)

      clock = VirtualClock.install()
      swarm = new SimulatedSwarm<Added>(settings, init, identities, clock)
      await swarm.#start()

      return withNames<PeerName, RelayName, Added>(swarm)
    } catch (thrown) {
      if (swarm == null) {
        clock?.remove()
        isTaken = false
      } else {
        await swarm[Symbol.asyncDispose]()
      }

      throw asError(thrown)
    }
  }

  get now (): number {
    return this.#clock.now
  }

  get trace (): string {
    return this.#trace.text
  }

  async advance (duration: Duration): Promise<void> {
    await this.#driver.advance(milliseconds(duration, 'duration'))
  }

  async until (condition: () => boolean, { within = UNTIL_LIMIT, what }: WithinOptions = {}): Promise<void> {
    await this.#driver.until(condition, milliseconds(within, 'within'), () => what ?? condition.toString())
  }

  async run<T> (work: Promise<T> | (() => Promise<T>), { within = RUN_LIMIT, what = 'what was run' }: WithinOptions = {}): Promise<T> {
    return await this.#driver.run(typeof work === 'function' ? work() : work, milliseconds(within, 'within'), () => what)
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    this.#disposing ??= this.#dispose()
    await this.#disposing
  }

  async #start (): Promise<void> {
    await this.run(Promise.all(this.#nodes.map(async (node) => { await node.restart() })), { what: 'the start of all nodes' })
  }

  async #dispose (): Promise<void> {
    try {
      await this.#driver.run(Promise.all(this.#nodes.map(async (node) => { await node.dispose() })), STOP_LIMIT, () => 'the end of all nodes')
    } finally {
      this.#driver.end()
      this.#world.putBack()
      this.#clock.remove()
      isTaken = false
    }
  }
}

/** Of two nodes that stay connected, the later one dials. */
function before (all: readonly NodeIdentity[], name: string): NodeIdentity[] {
  return all.slice(0, all.findIndex(other => other.name === name))
}

/** That its peers and relays have just these names is more than the compiler can see. */
function withNames<PeerName extends string, RelayName extends string, Added extends ServiceMap> (swarm: Swarm<string, string, Added>): Swarm<PeerName, RelayName, Added> {
  return swarm
}

/** Keys come from the seed and the name alone. */
async function makeIdentities ({ seed, peers, relays }: SwarmSettings): Promise<NodeIdentity[]> {
  const chance = new Chance(seed).of('keys')

  return await Promise.all([...relays, ...peers.map(({ name }) => name)].map(async (name) => {
    const privateKey = await generateKeyPairFromSeed('Ed25519', chance.of(name).bytes(32))

    return { name, privateKey, peerId: peerIdFromPrivateKey(privateKey) }
  }))
}
