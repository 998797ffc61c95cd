import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { plaintext } from '@libp2p/plaintext'
import { createLibp2p } from 'libp2p'
import { invitation } from '../invitation/index.ts'
import { gossipsubPreset } from '../presence/index.ts'
import { createPresence } from '../presence/presence-service.ts'
import { connectionManagerPreset, reachability, yamuxPreset } from '../reachability/index.ts'
import { endOfTurn } from '../waiting/index.ts'
import { Acquaintances } from './acquaintances.ts'
import { listening } from './addresses.ts'
import { NodeEnvironment } from './node-environment.ts'
import { NodePage } from './node-page.ts'
import { RestartableNode } from './restartable-node.ts'
import { simulatedTransport } from './simulated-transport.ts'
import { addressOf } from './surroundings.ts'
import type { AcquaintancesComponents } from './acquaintances.ts'
import type { Disk } from './disk.ts'
import type { SwarmInit, SwarmPeer, SwarmServices } from './index.ts'
import type { Port } from './port.ts'
import type { NodeIdentity, Surroundings } from './surroundings.ts'
import type { Watched } from './trace-watch.ts'
import type { InvitationComponents, InvitationService } from '../invitation/index.ts'
import type { Presence, PresenceComponents } from '../presence/index.ts'
import type { Reachability, ReachabilityComponents } from '../reachability/index.ts'
import type { Libp2p, ServiceMap } from '@libp2p/interface'
import type { ServiceFactoryMap } from 'libp2p'

type OwnServices = SwarmServices & { readonly acquaintances: Acquaintances, readonly reachability: Reachability | undefined }

/** The services of a peer by their keys, with those that the app added. */
export type PeerNodeServices<Added extends ServiceMap> = Omit<SwarmServices, keyof Added> & Added

/** What a peer is in its swarm. */
export interface PeerPlace {
  /** Relays by way of which it is reached; none if it listens. */
  readonly behind: readonly NodeIdentity[]
  /** Nodes that listen, and that it dials, or knows at least. */
  readonly others: readonly NodeIdentity[]
  /** Whether there are relays, and thus peers behind them. */
  readonly hasRelays: boolean
}

/** One peer of a swarm. */
export class PeerNode<Added extends ServiceMap> extends RestartableNode<PeerNodeServices<Added>> implements SwarmPeer<Added> {
  readonly #place: PeerPlace
  readonly #init: SwarmInit<string, string, Added>
  readonly #environment: NodeEnvironment
  #page = new NodePage()

  constructor (identity: NodeIdentity, place: PeerPlace, surroundings: Surroundings, init: SwarmInit<string, string, Added>) {
    super(identity, surroundings)

    this.#place = place
    this.#init = init
    this.#environment = new NodeEnvironment(surroundings.chance.of(identity.name))
  }

  get invitation (): InvitationService {
    return this.#own.invitation
  }

  get presence (): Presence {
    return this.#own.presence
  }

  get reachability (): Reachability | undefined {
    return this.#own.reachability
  }

  skew (ms: number): void {
    this.#environment.skew = ms
    this.tell(`has its clock off by ${ms} ms`)
  }

  hide (): void {
    this.#environment.hide()
    this.#page.show(false)
    this.tell('hidden')
  }

  show (): void {
    this.#environment.show()
    this.#page.show(true)
    this.tell('visible')
  }

  async closePage (): Promise<void> {
    if (this.isRunning) {
      this.tell('closes its page')
      this.#page.close()
      // browsers do all that waits on promises that are settled, before they go on
      await endOfTurn()
      this.crash()
    }
  }

  protected override async makeNode (port: Port, disk: Disk): Promise<Libp2p<PeerNodeServices<Added>>> {
    const { network, encryption } = this.surroundings
    const { behind, hasRelays } = this.#place

    this.#page = new NodePage()

    return await createLibp2p({
      start: false,
      privateKey: this.identity.privateKey,
      datastore: disk,
      addresses: behind.length > 0 ? {} : listening(this.name),
      transports: [simulatedTransport(network, port), ...(hasRelays ? [circuitRelayTransport()] : [])],
      connectionEncrypters: [encryption === 'noise' ? noise() : plaintext()],
      streamMuxers: [yamuxPreset()],
      connectionManager: connectionManagerPreset(),
      connectionGater: { denyDialMultiaddr: () => false, denyInboundConnection: () => this.isFull },
      // that these are the services of the result is more than the compiler can see of a type that is not known yet
      services: { ...this.#services(), ...this.#init.services } as ServiceFactoryMap<PeerNodeServices<Added>>
    })
  }

  protected override watched (): Watched {
    const { libp2p, invitation: invitations, presence, reachability: relays } = this

    return { libp2p, invitation: invitations, presence, reachability: relays }
  }

  protected override prepare (): void {
    this.#init.prepare?.(this)
  }

  #services (): ServiceFactoryMap<OwnServices> {
    const { behind, others } = this.#place
    const { rooms, connected = true } = this.#init
    const environment = this.#environment
    const page = this.#page
    const relays = behind.map(addressOf)

    return {
      identify: identify(),
      pubsub: gossipsub(gossipsubPreset()),
      presence: (components: PresenceComponents) => createPresence(components, { ...this.#init.presence, ...(rooms == null ? {} : { rooms }) }, environment, page),
      invitation: (components: InvitationComponents) => invitation(this.#init.invitation)(components, environment, page),
      acquaintances: (components: AcquaintancesComponents) => new Acquaintances(components, others.map(addressOf), connected, environment),
      reachability: (components: ReachabilityComponents) => relays.length === 0 ? undefined : reachability({ relays })(components, environment, page)
    }
  }

  /** They are there, whatever the app added: which the compiler cannot see of a type that is not known yet. */
  get #own (): OwnServices {
    const services: ServiceMap = this.libp2p.services

    return services as OwnServices
  }
}
