import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { createPeer } from 'libp2p-invitation/peer'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Peer, PeerInit } from 'libp2p-invitation/peer'
import type { Multiaddr } from '@multiformats/multiaddr'
import { Chance } from './chance.ts'
import { Player } from './player.ts'
import { standingOf } from './standing.ts'
import type { CrowdSighting, Ring } from './crowd-messages.ts'
import type { Part, Standing } from './messages.ts'

/** How often a condition is looked at that nothing tells of, milliseconds. */
const LOOK_INTERVAL = 50

/** The relay by way of which an address leads. */
const relayOf = (address: Multiaddr): string | undefined => address.getComponents().find(({ name }) => name === 'p2p')?.value

/** A peer as a tab is one: unless it is told to, it listens nowhere, and can be reached by way of relays only. */
export class CrowdPeer {
  readonly peer: Peer
  readonly #player: Player

  private constructor (peer: Peer, player: Player) {
    this.peer = peer
    this.#player = player
  }

  /** @param listen - where it listens all the same */
  static async start (seed: number, { relays, listen = [] }: Pick<PeerInit, 'relays' | 'listen'>, tell: (told: CrowdSighting) => void, pace = 1): Promise<CrowdPeer> {
    const peer = await createPeer({
      privateKey: await generateKeyPairFromSeed('Ed25519', new Chance(seed).bytes(32)),
      ...relays == null ? {} : { relays },
      listen,
      rooms: ['crowd'],
      invitation: { limits: { livePerPeer: 1_000, invites: 1_000_000 } }
    })
    const { peerId, services: { reachability, invitation } } = peer

    for (const saw of ['reachable', 'unreachable'] as const) {
      reachability.addEventListener(saw, () => { tell({ peer: peerId.toString(), saw, at: Date.now() }) })
    }

    await reachability.untilReachable()

    return new CrowdPeer(peer, new Player(invitation, seed, pace, tell))
  }

  get peerId (): string {
    return this.peer.peerId.toString()
  }

  /** Resolves when it sees so many others. */
  async seeing (count: number): Promise<void> {
    while (this.peer.services.presence.list().length < count) {
      await sleep(LOOK_INTERVAL)
    }
  }

  /** Resolves when it holds so many relays. */
  async holding (count: number): Promise<void> {
    while (this.peer.services.reachability.relays.filter(({ state }) => state === 'held').length < count) {
      await sleep(LOOK_INTERVAL)
    }
  }

  /** Resolves when every other that it sees has announced so many relays. */
  async knowing (count: number): Promise<void> {
    const { presence } = this.peer.services

    while (presence.list().some(({ multiaddrs }) => new Set(multiaddrs.map(relayOf)).size < count)) {
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
    return standingOf(this.peer.services.invitation)
  }

  async endSessions (): Promise<void> {
    await this.#player.endSessions()
  }

  async stop (): Promise<void> {
    await this.peer.stop()
  }
}
