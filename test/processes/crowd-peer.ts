import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import { invitation } from 'libp2p-invitation'
import { gossipsubPreset, presence } from 'libp2p-invitation/presence'
import { connectionManagerPreset, reachability, yamuxPreset } from 'libp2p-invitation/reachability'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Libp2p } from '@libp2p/interface'
import type { InvitationService } from 'libp2p-invitation'
import type { Presence } from 'libp2p-invitation/presence'
import type { Reachability } from 'libp2p-invitation/reachability'
import { Chance } from './chance.ts'
import { Player } from './player.ts'
import type { CrowdSighting, Ring } from './crowd-messages.ts'
import type { Part, Standing } from './messages.ts'

/** How often a condition is looked at that nothing tells of, milliseconds. */
const LOOK_INTERVAL = 50

type Services = { invitation: InvitationService, presence: Presence, reachability: Reachability }

/** A peer as a tab is one: it listens nowhere, and can be reached by way of relays only. */
export class CrowdPeer {
  readonly #libp2p: Libp2p<Services>
  readonly #player: Player

  private constructor (libp2p: Libp2p<Services>, player: Player) {
    this.#libp2p = libp2p
    this.#player = player
  }

  static async start (seed: number, relays: readonly string[], tell: (told: CrowdSighting) => void): Promise<CrowdPeer> {
    const libp2p = await createLibp2p({
      privateKey: await generateKeyPairFromSeed('Ed25519', new Chance(seed).bytes(32)),
      transports: [webSockets(), circuitRelayTransport()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamuxPreset()],
      connectionManager: connectionManagerPreset(),
      services: {
        identify: identify(),
        pubsub: gossipsub(gossipsubPreset()),
        presence: presence({ rooms: ['crowd'] }),
        reachability: reachability({ relays }),
        invitation: invitation({ limits: { livePerPeer: 1_000, invites: 1_000_000 } })
      }
    })
    const { reachability: reach, invitation: service } = libp2p.services
    const peer = libp2p.peerId.toString()

    for (const saw of ['reachable', 'unreachable'] as const) {
      reach.addEventListener(saw, () => { tell({ peer, saw, at: Date.now() }) })
    }

    await reach.untilReachable()

    return new CrowdPeer(libp2p, new Player(service, seed, 1, tell))
  }

  get peerId (): string {
    return this.#libp2p.peerId.toString()
  }

  /** Resolves when it sees so many others. */
  async seeing (count: number): Promise<void> {
    while (this.#libp2p.services.presence.list().length < count) {
      await sleep(LOOK_INTERVAL)
    }
  }

  /** Resolves when it holds so many relays. */
  async holding (count: number): Promise<void> {
    while (this.#libp2p.services.reachability.relays.filter(({ state }) => state === 'held').length < count) {
      await sleep(LOOK_INTERVAL)
    }
  }

  async play (peers: readonly string[], part: Part): Promise<void> {
    await this.#player.play(peers.filter(peer => peer !== this.peerId), part)
  }

  async ring (peer: string, since: number): Promise<Ring> {
    const isDelivered = await this.#player.ring(peer)

    return { took: Date.now() - since, isDelivered }
  }

  look (): Standing {
    const list = this.#libp2p.services.invitation.list()

    return {
      unended: list.filter(({ end }) => end == null).map(({ id }) => id),
      open: list.filter(({ session }) => session?.isOpen === true).map(({ id }) => id),
      listed: list.map(({ id }) => id)
    }
  }

  async endSessions (): Promise<void> {
    await this.#player.endSessions()
  }

  async stop (): Promise<void> {
    await this.#libp2p.stop()
  }
}
