import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Chance } from './chance.ts'
import { CrowdProcess } from './crowd-process.ts'
import { freePort } from './free-port.ts'
import { RelayProcess } from './relay-process.ts'
import { accountsOf, wrongs } from './verdict.ts'
import type { Part } from './messages.ts'

export interface RelayTrialInit {
  readonly seed: number
  readonly processes: number
  readonly peersEach: number
  /** Within how many milliseconds they begin a round of invitations. */
  readonly within: number
}

/** How each peer plays: one round of it, over and over. */
const ROUND: Part = { count: 1, inFlight: 1, glare: 'accept' }

/** Longest that anything may take that must come, milliseconds: far longer than it needs. */
const PATIENCE = 120_000

/** What came of a loss. Milliseconds. */
export interface Outage {
  /** For each peer that was rung at once: from the loss of the relay, or its coming back, until the invitation was delivered. */
  readonly rings: number[]
  /** For each peer that could not be reached meanwhile: from the relay's coming back until it holds it again. */
  readonly held: number[]
}

/** What came of all the invitations. */
export interface Verdict {
  readonly invitations: number
  readonly ends: Readonly<Record<string, number>>
  /** What should not be. */
  readonly wrong: readonly string[]
}

/** Two relays that are killed and started again, and peers behind them who can be reached by nothing else and invite each other all the while. */
export class RelayTrial {
  readonly #chance: Chance
  readonly #crowds: CrowdProcess[]
  readonly #relays: RelayProcess[]
  readonly #peerIds: string[]
  readonly #folder: string
  readonly #within: number
  #isPlaying = true
  #playing: Promise<unknown> | undefined

  private constructor (chance: Chance, crowds: CrowdProcess[], relays: RelayProcess[], peerIds: string[], folder: string, within: number) {
    this.#chance = chance
    this.#crowds = crowds
    this.#relays = relays
    this.#peerIds = peerIds
    this.#folder = folder
    this.#within = within
  }

  /** Resolves when every peer holds both relays, and all others know that it does. */
  static async start ({ seed, processes, peersEach, within }: RelayTrialInit): Promise<RelayTrial> {
    const folder = await mkdtemp(join(tmpdir(), 'relay-trial-'))
    const one = new RelayProcess({ port: await freePort(), key: join(folder, 'one.key') })
    const addressOfOne = await one.start()
    const other = new RelayProcess({ port: await freePort(), key: join(folder, 'other.key'), peer: addressOfOne })
    const relays = [addressOfOne, await other.start()]
    const crowds: CrowdProcess[] = []
    const peerIds: string[] = []

    for (let index = 0; index < processes; index++) {
      const crowd = new CrowdProcess()
      const seeds = Array.from({ length: peersEach }, (_, each) => seed + index * peersEach + each)

      crowds.push(crowd)
      peerIds.push(...(await crowd.ask('start', { seeds, relays })).peerIds)
    }

    const trial = new RelayTrial(new Chance(seed), crowds, [one, other], peerIds, folder, within)

    await trial.#all(async crowd => { await crowd.ask('seeing', peerIds.length - 1) })
    await trial.untilBothStand()

    return trial
  }

  /** Everybody begins to invite anybody, until `end`. */
  play (): void {
    this.#playing = this.#all(async crowd => {
      while (this.#isPlaying) {
        await crowd.ask('play', { ...ROUND, peers: this.#peerIds, within: this.#within })
        await crowd.ask('endSessions', undefined)
      }
    })
  }

  /** One relay is killed, and after so long started again, while the other stands; ends when all hold both again. Some are rung the moment after the loss. */
  async loseOne (which: number, outage: number, rung: number): Promise<Outage> {
    const relay = this.#relays[which]!

    await relay.kill()

    const since = Date.now()
    const rings = await Promise.all(this.#chosen(rung).map(async peer => await this.#ring(peer, since)))

    await sleep(outage)
    await relay.start()
    await this.#all(async crowd => { await crowd.ask('holding', 2) })

    return { rings, held: [] }
  }

  /** The other relay is killed, and stays away. */
  async loseForGood (which: number): Promise<void> {
    await this.#relays[which]!.kill()
  }

  /** The only relay is killed, and after so long started again: some are rung as soon as it is back. */
  async loseTheOnly (which: number, outage: number, rung: number): Promise<Outage> {
    const relay = this.#relays[which]!
    const lost = Date.now()

    await relay.kill()
    await sleep(outage)
    await relay.start()

    const since = Date.now()
    const rings = await Promise.all(this.#chosen(rung).map(async peer => await this.#ring(peer, since)))

    await this.#all(async crowd => { await crowd.ask('holding', 1) })

    const back = this.#crowds.flatMap(({ reaches }) => reaches).filter(({ saw, at }) => saw === 'reachable' && at > lost)

    return { rings, held: back.map(({ at }) => Math.max(0, at - since)) }
  }

  async bringBack (which: number): Promise<void> {
    await this.#relays[which]!.start()
    await this.untilBothStand()
  }

  /** How often a peer told that nobody could reach it. */
  get timesUnreachable (): number {
    return this.#crowds.flatMap(({ reaches }) => reaches).filter(({ saw }) => saw === 'unreachable').length
  }

  /** Nobody invites any more. Resolves when every invitation and session has ended everywhere, with what came of all. */
  async end (): Promise<Verdict> {
    this.#isPlaying = false
    await this.#playing
    await this.#until(async () => (await this.#look('unended')).length === 0, 'an invitation does not end')

    // a session is open on both sides or on neither
    await this.#until(async () => {
      const counts = Map.groupBy(await this.#look('open'), id => id)

      return [...counts.values()].every(({ length }) => length === 2)
    }, 'a session is open on one side only')

    await this.#all(async crowd => { await crowd.ask('endSessions', undefined) })
    await this.#until(async () => (await this.#look('listed')).length === 0, 'something is kept of what has ended')

    const sightings = this.#crowds.flatMap(crowd => crowd.sightings)
    const callers = accountsOf(sightings, 'caller')

    return {
      invitations: callers.size,
      ends: Object.fromEntries([...Map.groupBy([...callers.values()].flatMap(({ ends }) => ends), ({ state, reason }) => `${state}: ${reason}`)].map(([name, { length }]) => [name, length])),
      wrong: [...wrongs(callers, accountsOf(sightings, 'callee')), ...this.#crowds.flatMap(({ unhandled }) => unhandled)]
    }
  }

  /** Ends every process, in order or not. */
  async close (): Promise<void> {
    for (const crowd of this.#crowds) {
      crowd.kill()
    }

    await Promise.all(this.#relays.map(async relay => { await relay.kill() }))
    await rm(this.#folder, { recursive: true })
  }

  /** Each peer holds both relays, and all others know that it does. */
  async untilBothStand (): Promise<void> {
    await this.#all(async crowd => { await crowd.ask('holding', 2) })
    await this.#all(async crowd => { await crowd.ask('knowing', 2) })
  }

  async #ring (peer: string, since: number): Promise<number> {
    const crowd = this.#crowds[this.#chance.between(0, this.#crowds.length - 1)]!
    const { took, isDelivered } = await crowd.ask('ring', { peer, since })

    return isDelivered ? took : Infinity
  }

  #chosen (count: number): string[] {
    return Array.from({ length: count }, () => this.#peerIds[this.#chance.between(0, this.#peerIds.length - 1)]!)
  }

  async #look (what: 'unended' | 'open' | 'listed'): Promise<readonly string[]> {
    return (await this.#all(async crowd => (await crowd.ask('look', undefined))[what])).flat()
  }

  async #until (holds: () => Promise<boolean>, otherwise: string): Promise<void> {
    for (const began = performance.now(); !await holds(); await sleep(100)) {
      if (performance.now() - began > PATIENCE) {
        throw new Error(otherwise)
      }
    }
  }

  async #all<T> (ask: (crowd: CrowdProcess) => Promise<T>): Promise<T[]> {
    return await Promise.all(this.#crowds.map(ask))
  }
}
