import { setTimeout as sleep } from 'node:timers/promises'
import { Chance } from '../processes/chance.ts'
import { accountsOf, wrongs, wrongsAlone } from '../processes/verdict.ts'
import { SoakSwarm } from './soak-swarm.ts'
import type { Part, Sighting } from '../processes/messages.ts'
import type { Measured } from './flatness.ts'
import type { PlantedLeak } from './planted-leaks.ts'

export interface SoakInit {
  readonly seed: number
  /** How long they play, minutes; longer, if the machine cannot do so many invitations in that time. */
  readonly minutes: number
  readonly invitations: number
  /** From 3 up. */
  readonly peers: number
  /** How long everything is left alone before it is measured at rest, seconds. */
  readonly rest: number
  readonly planted?: PlantedLeak
}

/** How far it is. */
export interface Progress {
  readonly doing: string
  readonly invitations: number
  readonly faults: Readonly<Record<string, number>>
  readonly wrong: readonly string[]
}

/** What became of a soak. */
export interface SoakResult extends Progress {
  readonly ends: Readonly<Record<string, number>>
  /** For each process: at rest after the warm-up, after each round, and at rest in the end. */
  readonly processes: ReadonlyMap<string, { readonly rests: Measured[], readonly course: Measured[] }>
  /** How long they played after the warm-up, milliseconds. */
  readonly took: number
}

/** How long a round takes unless the machine is too slow, milliseconds: each ends in a lull in which everything is measured. */
const ROUND_TIME = 20_000

/**
 * The share of all rounds that is played before anything counts, and the fewest: until every place for a tombstone is taken (1,024 for each
 * two of them), and code is compiled.
 */
const WARM_UP = { share: 0.15, rounds: 6 } as const

/** Peers who have many invitations to each other under way at a time would only meet glare: it is settled among this share of them, and few at a time. */
const GLARE = { share: 0.05, inFlight: 6 } as const

/** Rounds' lengths in turns of invitations: so many times fewer are under way at a time than are sent. */
const TURNS = 8

/** Most invitations under way from one peer. */
const MOST_IN_FLIGHT = 100

/** Longest that an invitation rings, milliseconds; the shortest that can be asked for is 1,000. */
const LONGEST_RING = 1_500

/** Between two cuts, milliseconds. */
const CUT_INTERVAL = [1_000, 6_000] as const

/** Every how many rounds the mortal relay dies, and in which of so many the mortal peer does. */
const RELAY_ROUNDS = 6
const PEER_ROUNDS = [9, 4] as const

/** Peers who ring each other all the time while connections break, and relays and peers are restarted; all they hold is measured, and every outcome checked. */
export class SoakTrial {
  readonly #init: SoakInit
  readonly #chance: Chance
  readonly #swarm: SoakSwarm
  readonly #tell: (progress: Progress) => void
  readonly #began = performance.now()
  readonly #processes = new Map<string, { rests: Measured[], course: Measured[] }>()
  readonly #faults: Record<string, number> = {}
  readonly #ends: Record<string, number> = {}
  readonly #wrong: string[] = []
  #invitations = 0
  #rounds = 0

  constructor (init: SoakInit, tell: (progress: Progress) => void) {
    this.#init = init
    this.#tell = tell
    this.#chance = new Chance(init.seed)
    this.#swarm = new SoakSwarm(this.#chance)
  }

  async run (): Promise<SoakResult> {
    const rounds = Math.max(1, Math.round(this.#init.minutes * 60_000 / ROUND_TIME))
    const each = Math.ceil(this.#init.invitations / rounds / this.#init.peers)

    try {
      this.#say('starting')
      await this.#swarm.start(this.#init.peers, this.#init.planted)

      for (const warmUp = Math.max(WARM_UP.rounds, Math.round(rounds * WARM_UP.share)); this.#rounds < warmUp;) {
        this.#say('warming up')
        await this.#round(each)
      }

      await this.#rest()

      const before = this.#invitations
      const began = performance.now()

      while (this.#invitations - before < this.#init.invitations || performance.now() - began < this.#init.minutes * 60_000) {
        this.#say(`round ${this.#rounds + 1}`)
        await this.#round(each)

        for (const [name, measured] of await this.#measure()) {
          this.#of(name).course.push(measured)
        }
      }

      const took = performance.now() - began

      await this.#rest()
      this.#wrong.push(...this.#swarm.unhandled)

      return { ...this.#progress('done'), invitations: this.#invitations - before, ends: this.#ends, processes: this.#processes, took }
    } finally {
      this.#swarm.kill()
    }
  }

  /** So many invitations of each peer, while the network does what it does; then all is settled, and looked at. */
  async #round (each: number): Promise<void> {
    const round = this.#rounds++
    const playing = new AbortController()
    const troubled = this.#trouble(round, playing.signal)
    const timeIsUp = sleep(ROUND_TIME)
    const crossing = Math.ceil(each * GLARE.share)
    const inFlight = Math.min(MOST_IN_FLIGHT, Math.ceil(each / TURNS))
    const parts: ReadonlyArray<Pick<Part, 'count' | 'inFlight' | 'glare'>> = [
      { count: each - crossing, inFlight, glare: 'off' },
      { count: crossing, inFlight: GLARE.inFlight, glare: round % 2 === 0 ? 'accept' : 'ring' }
    ]

    for (const part of parts) {
      await this.#swarm.play({ ...part, longestRing: LONGEST_RING, talk: true })
    }

    playing.abort()
    await troubled
    await this.#swarm.settle()
    this.#judge(this.#swarm.take())
    await timeIsUp
  }

  /** Cuts now and then, until the signal; and what is this round's. */
  async #trouble (round: number, signal: AbortSignal): Promise<void> {
    if (round % RELAY_ROUNDS === RELAY_ROUNDS - 1) {
      this.#count('relay restarted')
      await this.#swarm.restartRelay()
    } else if (round % PEER_ROUNDS[0] === PEER_ROUNDS[1]) {
      this.#count('peer restarted')
      await this.#swarm.restartPeer()
    }

    for (;;) {
      await sleep(this.#chance.between(...CUT_INTERVAL), undefined, { signal }).catch(() => {})

      if (signal.aborted) {
        return
      }

      await this.#swarm.cut()
      this.#count('connection cut')
    }
  }

  #judge ({ seen, lost }: { readonly seen: Sighting[], readonly lost: Sighting[] }): void {
    const callers = accountsOf(seen, 'caller')
    const callees = accountsOf(seen, 'callee')
    const ofTheDead = new Set(lost.map(({ id }) => id))
    // of what a dead one had heard or said last it could not tell any more
    const isBereaved = (id: string): boolean => lost.length > 0 && (ofTheDead.has(id) || !callers.has(id) || !callees.has(id))
    const split = (accounts: typeof callers, bereaved: boolean): typeof callers => new Map([...accounts].filter(([id]) => isBereaved(id) === bereaved))

    this.#wrong.push(
      ...wrongs(split(callers, false), split(callees, false)),
      ...wrongsAlone(split(callers, true), 'caller'),
      ...wrongsAlone(split(callees, true), 'callee')
    )
    this.#invitations += callers.size

    for (const { state, reason } of [...callers.values()].flatMap(({ ends }) => ends)) {
      this.#ends[`${state}: ${reason}`] = (this.#ends[`${state}: ${reason}`] ?? 0) + 1
    }
  }

  async #rest (): Promise<void> {
    this.#say('resting')
    await sleep(this.#init.rest * 1_000)

    for (const [name, measured] of await this.#measure()) {
      this.#of(name).rests.push(measured)
    }
  }

  async #measure (): Promise<Array<[string, Measured]>> {
    const at = performance.now() - this.#began

    return [...await this.#swarm.sample()].map(([name, sample]) => [name, { ...sample, at, invitations: this.#invitations }])
  }

  #of (name: string): { rests: Measured[], course: Measured[] } {
    const measured = this.#processes.get(name) ?? { rests: [], course: [] }

    this.#processes.set(name, measured)

    return measured
  }

  #count (fault: string): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1
  }

  #say (doing: string): void {
    this.#tell(this.#progress(doing))
  }

  #progress (doing: string): Progress {
    return { doing, invitations: this.#invitations, faults: this.#faults, wrong: this.#wrong }
  }
}
