import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../processes/free-port.ts'
import { OrderedProcess } from '../processes/ordered-process.ts'
import type { Chance } from '../processes/chance.ts'
import type { CrowdSighting } from '../processes/crowd-messages.ts'
import type { Part, Sighting } from '../processes/messages.ts'
import type { PlantedLeak } from './planted-leaks.ts'
import type { PeerOrders, RelayOrders, Sample, SoakPeerInit, SoakRelayInit } from './soak-messages.ts'

type PeerProcess = OrderedProcess<PeerOrders, CrowdSighting>
type RelayProcess = OrderedProcess<RelayOrders, never>

interface RunningRelay {
  readonly init: SoakRelayInit
  process: RelayProcess
}

interface RunningPeer {
  readonly init: SoakPeerInit
  process: PeerProcess
  /** Whether it was killed, and does not run again yet. */
  isAway: boolean
}

/** How long a killed relay, or peer, stays away, milliseconds. */
const OUTAGE = [500, 3_000] as const

/** Longest that anything may take that must come, milliseconds: sessions outlive a dead peer by 60,000. */
const PATIENCE = 300_000

const LOOK_INTERVAL = 200

/** Of Node: what counts the listeners is an experiment of Node's, which it would say in each process. */
const FLAGS = ['--expose-gc', '--disable-warning=ExperimentalWarning']

/** Two relays and a few peers, each in a process of its own. The last relay and the last peer die now and then; all others live to the end. */
export class SoakSwarm {
  readonly #chance: Chance
  readonly #relays: RunningRelay[] = []
  readonly #peers: RunningPeer[] = []
  readonly #peerIds: string[] = []
  /** What the peers that were killed had told since it was last taken. */
  #lost: Sighting[] = []
  readonly #unhandled: string[] = []

  constructor (chance: Chance) {
    this.#chance = chance
  }

  /** Resolves when each peer sees all others. Every second one can be dialled, so that some talk directly and some by way of a relay. */
  async start (count: number, planted: PlantedLeak | undefined): Promise<void> {
    const relays: string[] = []

    for (let index = 0; index < 2; index++) {
      const init = { seed: this.#chance.between(0, 0xffff_ffff), port: await freePort(), peers: [...relays] }
      const relay = { init, process: relayProcess() }

      this.#relays.push(relay)
      relays.push((await relay.process.ask('start', init)).address)
    }

    for (let index = 0; index < count; index++) {
      const init = { seed: this.#chance.between(0, 0xffff_ffff), relays, isListening: index % 2 === 0, planted }
      const peer = { init, process: peerProcess(), isAway: false }

      this.#peers.push(peer)
      this.#peerIds.push((await peer.process.ask('start', init)).peerId)
    }

    await this.#all(async process => { await process.ask('seeing', count - 1) })
  }

  /** Everybody invites everybody else, so often; whoever is away or dies meanwhile is let off. */
  async play (part: Part): Promise<void> {
    await Promise.all(this.#peers.map(async (peer, index) => {
      const { process } = peer

      if (peer.isAway) {
        return
      }

      try {
        await process.ask('play', { ...part, peers: this.#peerIds.filter((_, other) => other !== index) })
      } catch (thrown) {
        if (peer.process === process) {
          throw thrown
        }
      }
    }))
  }

  /** Breaks a connection of one of them. */
  async cut (): Promise<void> {
    await this.#peers[this.#chance.between(0, this.#peers.length - 2)]!.process.ask('cut', undefined)
  }

  async restartRelay (): Promise<void> {
    const relay = this.#relays.at(-1)!
    const { process } = relay

    process.kill()
    await process.exited
    await this.#outage()
    this.#unhandled.push(...process.unhandled)
    relay.process = relayProcess()
    await relay.process.ask('start', relay.init)
  }

  /** Kills a peer, who says goodbye or not, and starts it again. */
  async restartPeer (): Promise<void> {
    const peer = this.#peers.at(-1)!
    const { process } = peer

    peer.isAway = true
    peer.process = peerProcess()

    if (this.#chance.next() < 0.5) {
      await process.ask('stop', undefined)
    }

    process.kill()
    await process.exited
    this.#lost.push(...sightingsOf(process))
    this.#unhandled.push(...process.unhandled)
    await this.#outage()
    await peer.process.ask('start', peer.init)
    peer.isAway = false
  }

  /** Resolves when every invitation and session has ended everywhere. */
  async settle (): Promise<void> {
    await this.#until(async () => (await this.#look('unended')).length === 0, 'an invitation does not end')

    // a session is open on both sides or on neither
    await this.#until(async () => [...Map.groupBy(await this.#look('open'), id => id).values()].every(({ length }) => length === 2), 'a session is open on one side only')
    await this.#all(async process => { await process.ask('endSessions', undefined) })
    await this.#until(async () => (await this.#look('listed')).length === 0, 'something is kept of what has ended')
  }

  /** What users saw since it was last taken: those who are there, and those who were killed. */
  take (): { readonly seen: Sighting[], readonly lost: Sighting[] } {
    const seen = this.#peers.flatMap(({ process }) => sightingsOf(process))
    const lost = this.#lost

    this.#lost = []

    for (const { process } of this.#peers) {
      process.told.length = 0
    }

    return { seen, lost }
  }

  /** Rejections and exceptions that nobody handled, anywhere. */
  get unhandled (): readonly string[] {
    return [...this.#unhandled, ...[...this.#relays, ...this.#peers].flatMap(({ process }) => process.unhandled)]
  }

  /** One of each process, by its name. Those that die now and then are called mortal. */
  async sample (): Promise<Map<string, Sample>> {
    const asked = [
      ...this.#relays.map(({ process }, index, { length }) => ({ name: nameOf('relay', index, length), sample: process.ask('sample', undefined) })),
      ...this.#peers.map(({ process }, index, { length }) => ({ name: nameOf('peer', index, length), sample: process.ask('sample', undefined) }))
    ]

    return new Map(await Promise.all(asked.map(async ({ name, sample }) => [name, await sample] as const)))
  }

  /** Ends every process. */
  kill (): void {
    for (const { process } of [...this.#relays, ...this.#peers]) {
      process.kill()
    }
  }

  async #outage (): Promise<void> {
    await sleep(this.#chance.between(...OUTAGE))
  }

  async #look (what: 'unended' | 'open' | 'listed'): Promise<readonly string[]> {
    return (await this.#all(async process => (await process.ask('look', undefined))[what])).flat()
  }

  async #until (holds: () => Promise<boolean>, otherwise: string): Promise<void> {
    for (const began = performance.now(); !await holds(); await sleep(LOOK_INTERVAL)) {
      if (performance.now() - began > PATIENCE) {
        throw new Error(otherwise)
      }
    }
  }

  async #all<T> (ask: (process: PeerProcess) => Promise<T>): Promise<T[]> {
    return await Promise.all(this.#peers.map(async ({ process }) => await ask(process)))
  }
}

const peerProcess = (): PeerProcess => new OrderedProcess(new URL('peer.ts', import.meta.url), FLAGS)
const relayProcess = (): RelayProcess => new OrderedProcess(new URL('relay.ts', import.meta.url), FLAGS)

const sightingsOf = ({ told }: PeerProcess): Sighting[] => told.filter((each): each is Sighting => 'role' in each)

const nameOf = (kind: 'relay' | 'peer', index: number, length: number): string => index === length - 1 ? `mortal ${kind}` : `${kind} ${index + 1}`
