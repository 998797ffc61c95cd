/** A peer in a process of its own: an invitation service on websockets, and a player who uses it. Driven by `PeerProcess`. */
import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { peerIdFromString } from '@libp2p/peer-id'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { invitation } from 'libp2p-invitation'
import { setImmediate as turn } from 'node:timers/promises'
import type { Libp2p, Libp2pEvents } from '@libp2p/interface'
import type { TransportManager } from '@libp2p/interface-internal'
import type { InvitationComponents, InvitationService } from 'libp2p-invitation'
import { Chance } from './chance.ts'
import { obey } from './obedience.ts'
import { PacedEnvironment } from './paced-environment.ts'
import { Player } from './player.ts'
import { standingOf } from './standing.ts'
import type { Measures, Orders, PeerInit, Sighting, Standing } from './messages.ts'
import type { Order } from './orders.ts'

const PROTOCOL = '/libp2p-invitation/invitation/1.0.0'

interface Parts {
  readonly environment: PacedEnvironment
  readonly player: Player
  readonly listeners: Set<unknown>
  readonly transportManager: TransportManager | undefined
}

class Peer {
  readonly #libp2p: Libp2p<{ invitation: InvitationService }>
  readonly #environment: PacedEnvironment
  readonly #player: Player
  readonly #listeners: Set<unknown>
  readonly #transportManager: TransportManager | undefined
  #other = ''

  private constructor (libp2p: Libp2p<{ invitation: InvitationService }>, { environment, player, listeners, transportManager }: Parts) {
    this.#libp2p = libp2p
    this.#environment = environment
    this.#player = player
    this.#listeners = listeners
    this.#transportManager = transportManager
  }

  static async start ({ seed, announcedPort, pace }: PeerInit): Promise<Peer> {
    const environment = new PacedEnvironment(seed, pace)
    const listeners = new Set()
    let transportManager: TransportManager | undefined
    const libp2p = await createLibp2p({
      privateKey: await generateKeyPairFromSeed('Ed25519', new Chance(seed).bytes(32)),
      // nobody may get past the proxy
      addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'], announce: [`/ip4/127.0.0.1/tcp/${announcedPort}/ws`] },
      transports: [webSockets()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionManager: { inboundConnectionThreshold: Infinity, maxIncomingPendingConnections: Infinity },
      services: {
        identify: identify(),
        invitation: (components: InvitationComponents & { transportManager: TransportManager }) => {
          const { peerId, registrar, connectionManager, peerStore, events, logger } = components

          transportManager = components.transportManager

          return invitation({ limits: { livePerPeer: 1_000, invites: 1_000_000 } })(
            { peerId, registrar, connectionManager, peerStore, events: watched(events, listeners), logger },
            environment
          )
        }
      }
    })

    return new Peer(libp2p, { environment, player: new Player(libp2p.services.invitation, seed, pace, tell), listeners, transportManager })
  }

  /** Who it is, and where it really listens. */
  get whereabouts (): Orders['start']['answers'] {
    const [address] = this.#transportManager?.getAddrs() ?? []

    return { peerId: this.#libp2p.peerId.toString(), port: Number(address?.getComponents().find(({ name }) => name === 'tcp')?.value) }
  }

  async meet ({ peerId, address }: Orders['meet']['asks']): Promise<void> {
    this.#other = peerId
    await this.#libp2p.peerStore.merge(peerIdFromString(peerId), { multiaddrs: [multiaddr(address)] })
  }

  async play (part: Orders['play']['asks']): Promise<void> {
    await this.#player.play([this.#other], part)
  }

  look (): Standing {
    return standingOf(this.#libp2p.services.invitation)
  }

  async endSessions (): Promise<void> {
    await this.#player.endSessions()
  }

  pace (pace: number): void {
    this.#environment.pace = pace
  }

  async measure (): Promise<Measures> {
    for (let i = 0; i < 4; i++) {
      await turn()
      globalThis.gc?.()
    }

    const { heapUsed, arrayBuffers } = process.memoryUsage()

    return {
      heap: heapUsed + arrayBuffers,
      streams: this.#libp2p.getConnections().flatMap(({ streams }) => streams).filter(({ protocol }) => protocol === PROTOCOL).length,
      timers: this.#environment.runningTimers,
      listeners: this.#listeners.size,
      handles: this.#player.handles,
      pendingVerbs: this.#player.pendingVerbs
    }
  }

  async stop (): Promise<Orders['stop']['answers']> {
    await this.#libp2p.stop()

    return { timers: this.#environment.runningTimers, listeners: this.#listeners.size }
  }
}

/** libp2p's events, as the service is given them: with a count of the listeners that it has there. */
function watched (events: InvitationComponents['events'], listeners: Set<unknown>): InvitationComponents['events'] {
  return new Proxy(events, {
    get: (target, name) => {
      if (name === 'addEventListener' || name === 'removeEventListener') {
        return (type: keyof Libp2pEvents, listener: () => void, options?: AddEventListenerOptions) => {
          listeners[name === 'addEventListener' ? 'add' : 'delete'](listener)
          options?.signal?.addEventListener('abort', () => { listeners.delete(listener) }, { once: true })
          target[name](type, listener, options)
        }
      }

      return Reflect.get(target, name)
    }
  })
}

let peer: Peer | undefined

function started (): Peer {
  if (peer == null) {
    throw new Error('not started')
  }

  return peer
}

async function carryOut (message: Order<Orders>): Promise<unknown> {
  switch (message.order) {
    case 'start':
      peer = await Peer.start(message.asks)
      return peer.whereabouts
    case 'meet': return await started().meet(message.asks)
    case 'play': return await started().play(message.asks)
    case 'look': return started().look()
    case 'endSessions': return await started().endSessions()
    case 'pace': return started().pace(message.asks)
    case 'measure': return await started().measure()
    case 'stop': return await started().stop()
  }
}

const tell: (sighting: Sighting) => void = obey(carryOut)
