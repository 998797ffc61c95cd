import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { defaultLogger } from '@libp2p/logger'
import { memory } from '@libp2p/memory'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { invitation } from '../../../src/index.ts'
import { inviteTokens } from '../../../src/tokens/index.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { PROTOCOL, swallow } from '../../link/nodes.ts'
import { eventually } from './eventually.ts'
import { StandInPresence } from './stand-in-presence.ts'
import type { Datastore } from 'interface-datastore'
import type { ComponentLogger, Connection, Libp2p, PeerId, PrivateKey, Startable, Stream } from '@libp2p/interface'
import type { InvitationComponents, InvitationInit, InvitationService, RemoteInvitation } from '../../../src/index.ts'
import type { InviteTokens, InviteTokensComponents } from '../../../src/tokens/index.ts'

/** Milliseconds of real time between two steps of a peer's own time. */
const STEP = 10

export interface TestPeerInit {
  readonly name: string
  readonly privateKey: PrivateKey
  readonly address: string
  /** Of its lots: no two processes draw the same ones. */
  readonly seed: number
  readonly invitation: InvitationInit
  /** What outlives its process. */
  readonly datastore: Datastore
  /** Whether it is started, or only made. */
  readonly started: boolean
  /** Whether a dial is let through. */
  readonly mayDial: () => boolean
}

/** One libp2p node with the invitation service, whose time the test moves. */
export class TestPeer {
  readonly name: string
  readonly init: TestPeerInit
  readonly libp2p: Libp2p<{ invitation: InvitationService & Startable, inviteTokens: InviteTokens }>
  readonly environment: HandMovedEnvironment
  readonly presence: StandInPresence
  /** What its page tells of itself. */
  readonly window: EventTarget
  /** All that came in, in order. */
  readonly received: RemoteInvitation[] = []
  /** What the service wrote to its log as an error. */
  readonly errors: unknown[][]
  /** Aborts when the process is killed. */
  readonly gone: AbortController = new AbortController()

  private constructor (init: TestPeerInit, made: Pick<TestPeer, 'libp2p' | 'environment' | 'presence' | 'window' | 'errors'>) {
    this.name = init.name
    this.init = init
    this.libp2p = made.libp2p
    this.environment = made.environment
    this.presence = made.presence
    this.window = made.window
    this.errors = made.errors
    this.service.addEventListener('invitation:received', ({ detail }) => { this.received.push(detail) })
  }

  static async make (init: TestPeerInit): Promise<TestPeer> {
    const environment = new HandMovedEnvironment(init.seed)
    const presence = new StandInPresence()
    const page = { window: new EventTarget(), document: Object.assign(new EventTarget(), { visibilityState: 'visible' }) }
    const errors: unknown[][] = []
    const libp2p = await createLibp2p({
      start: init.started,
      privateKey: init.privateKey,
      datastore: init.datastore,
      addresses: { listen: [init.address] },
      transports: [memory()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
      connectionManager: { inboundConnectionThreshold: Infinity },
      connectionGater: { denyDialPeer: () => !init.mayDial() },
      logger: recordingLogger(errors),
      services: {
        identify: identify(),
        presence: () => presence,
        inviteTokens: (components: InviteTokensComponents) => inviteTokens()(components, environment),
        invitation: (components: InvitationComponents) => invitation(init.invitation)(components, environment, page)
      }
    })

    return new TestPeer(init, { libp2p, environment, presence, window: page.window, errors })
  }

  get id (): PeerId {
    return this.libp2p.peerId
  }

  get service (): InvitationService & Startable {
    return this.libp2p.services.invitation
  }

  get tokens (): InviteTokens {
    return this.libp2p.services.inviteTokens
  }

  /** The signalling streams that it has. */
  get streams (): Stream[] {
    return this.libp2p.getConnections()
      .flatMap(({ streams }) => streams)
      .filter(({ protocol, status }) => protocol === PROTOCOL && (status === 'open' || status === 'closing'))
  }

  connectionsTo (other: TestPeer): Connection[] {
    return this.libp2p.getConnections(other.id)
  }

  /** Learns the other's addresses. */
  async learn (other: TestPeer): Promise<void> {
    await this.libp2p.peerStore.merge(other.id, { multiaddrs: other.libp2p.getMultiaddrs() })
  }

  /** The invitation that comes in as the `count`th. */
  async receives (count: number = 1): Promise<RemoteInvitation> {
    return await eventually(() => {
      const remote = this.received[count - 1]

      if (remote == null) {
        throw new Error(`${this.name} has received ${this.received.length} of ${count} invitations`)
      }

      return remote
    })
  }

  /** Stops, and lets its own time pass until it has. */
  async stop (): Promise<void> {
    await this.passUntil(this.libp2p.stop())
  }

  /** Lets its own time pass, and nobody else's, until something is done. */
  async passUntil (done: void | Promise<void>): Promise<void> {
    const passing = setInterval(() => { this.environment.advance(50) }, STEP)

    try {
      await done
    } finally {
      clearInterval(passing)
    }
  }

  /** Goes without a word, as a process does that is killed: nothing that it says from now on is heard. */
  async crash (): Promise<void> {
    for (const connection of this.libp2p.getConnections()) {
      swallow(connection)
    }

    this.gone.abort()
    await this.stop()
  }
}

/** Writes down the errors of the service, and of nothing else. */
function recordingLogger (errors: unknown[][]): ComponentLogger {
  const silent = defaultLogger()

  return {
    forComponent (name) {
      const log = silent.forComponent(name)

      if (name === 'libp2p:invitation') {
        log.error = (...line: unknown[]) => { errors.push(line) }
      }

      return log
    }
  }
}
