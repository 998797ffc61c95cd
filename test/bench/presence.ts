import { setTimeout as delay } from 'node:timers/promises'
import { roomCost } from '../presence/simulation/room-cost.ts'
import { PresenceSwarm } from './presence-swarm.ts'
import { summaryOf } from './statistics.ts'
import type { RoomCost } from '../presence/simulation/room-cost.ts'
import type { Measurement } from './presence-messages.ts'
import type { Summary } from './statistics.ts'

/** How many peers there are. */
const SIZES = [25, 50, 100, 200] as const

/** Sizes that are run in virtual time, with what a record cost in the largest of the real ones. */
const VIRTUAL_SIZES = [1_000, 10_000] as const

/** Bytes per second and peer that presence may cost by default. */
const BUDGET = 5_000

/** Bytes that one record is taken to cost, only to tell for how long to measure. */
const COST_OF_RECORD = 2_500

/** Milliseconds that are measured at least. */
const LEAST_WINDOW = 30_000

const NEWCOMERS = 10
const GOODBYES = 5
const CRASHES = 5

/** Milliseconds between two of them, so that what one leaves behind is not counted with the next. */
const PAUSE = 1_000

/** Bytes that every chunk has around it: a yamux header of 12, and the length of 2 and the tag of 16 of noise. */
const FRAMING = 30

export interface SteadyState {
  /** On gossip's and presence's streams, as their readers get it. */
  readonly bytesPerSecond: number
  /** The same with the frames of yamux and noise around it: what the library keeps its budget by. */
  readonly framedBytesPerSecond: number
  /** All that came in on sockets, pings and whatever else libp2p says included. */
  readonly socketBytesPerSecond: number
  readonly ratioToBudget: number
  /** Milliseconds of processor time per second and peer, both for one's own records and for all that are passed on. */
  readonly cpuPerSecond: number
  readonly bytesPerRecord: number
  /** Seconds between two records of one peer. */
  readonly interval: number
  /** Seconds for which a record is good. */
  readonly lifetime: number
  /** Seconds that were measured. */
  readonly window: number
  /** Milliseconds by which the processes' event loops were late in one case of a hundred: what the machine adds to every latency. */
  readonly lateness: number
}

/** Milliseconds; of the slowest peer each time, over some repetitions. */
export interface Turnout {
  readonly newcomerSeesAll: Summary
  readonly newcomerSeenByAll: Summary
  readonly goodbyeSeenByAll: Summary
  readonly crashSeenByAll: Summary
  /** How often somebody was told that a peer is gone that was there, since the first peer was started. */
  readonly falselyGone: number
}

/**
 * What presence costs each peer in steady state, and how fast arrivals and departures are known, in a swarm that grows: websockets, noise and
 * yamux, one address, as many processes as there are processors.
 */
export async function presence (): Promise<Record<string, (SteadyState & Turnout) | (RoomCost & { recordCost: number })>> {
  const swarm = new PresenceSwarm()
  const results: Record<string, SteadyState & Turnout> = {}
  let recordCost = 0

  try {
    for (const size of SIZES) {
      await told(`growing to ${size} peers`, async () => { await swarm.growTo(size) })

      const steady = await told(`steady state of ${size} peers`, async () => await steadyState(swarm))
      const turnout = await told(`comings and goings among ${size} peers`, async () => await comingsAndGoings(swarm))

      results[size] = { ...steady, ...turnout }
      recordCost = steady.bytesPerRecord
    }
  } finally {
    await swarm.end()
  }

  const virtual = await told('1,000 and 10,000 peers in virtual time', async () => VIRTUAL_SIZES.map(peers => [`${peers} in virtual time`, { recordCost, ...roomCost({ peers, recordCost }) }] as const))

  return { ...results, ...Object.fromEntries(virtual) }
}

async function steadyState (swarm: PresenceSwarm): Promise<SteadyState> {
  const interval = Math.max(15_000, swarm.size * COST_OF_RECORD / BUDGET * 1_000)

  // until everybody has spoken once since the last one came
  await delay(1.2 * interval)

  const before = await swarm.measure()

  await delay(Math.max(LEAST_WINDOW, 1.2 * interval))

  const after = await swarm.measure()
  const seconds = (after[0]!.at - before[0]!.at) / 1_000
  const grown = (what: (measurement: Measurement) => number): number => sumOf(after, what) - sumOf(before, what)
  const perPeer = (what: (measurement: Measurement) => number): number => grown(what) / seconds / swarm.size
  const bytesPerSecond = perPeer(({ gossip, exchange }) => gossip.bytes + exchange.bytes)
  // in each process one peer counts the records of all but itself
  const records = grown(({ heard }) => heard) / after.length * swarm.size / (swarm.size - 1)

  return {
    bytesPerSecond,
    framedBytesPerSecond: bytesPerSecond + FRAMING * perPeer(({ gossip, exchange }) => gossip.chunks + exchange.chunks),
    socketBytesPerSecond: perPeer(({ socketBytes }) => socketBytes),
    ratioToBudget: bytesPerSecond / BUDGET,
    cpuPerSecond: perPeer(({ cpu }) => cpu),
    bytesPerRecord: bytesPerSecond * seconds / records,
    interval: swarm.size * seconds / records,
    lifetime: Math.max(...after.map(({ lifetime }) => lifetime)) / 1_000,
    window: seconds,
    lateness: Math.max(...after.map(({ lateness }) => lateness))
  }
}

async function comingsAndGoings (swarm: PresenceSwarm): Promise<Turnout> {
  const newcomers: Array<{ seesAll: number, seenByAll: number }> = []
  const goodbyes: number[] = []

  for (let i = 0; i < GOODBYES; i++) {
    await delay(PAUSE)
    goodbyes.push(await swarm.goodbye())
  }

  const crashes = await Promise.all(Array.from({ length: CRASHES }, async () => await swarm.crash()))

  for (let i = 0; i < NEWCOMERS; i++) {
    await delay(PAUSE)
    newcomers.push(await swarm.newcomer())
  }

  return {
    newcomerSeesAll: summaryOf(newcomers.map(({ seesAll }) => seesAll)),
    newcomerSeenByAll: summaryOf(newcomers.map(({ seenByAll }) => seenByAll)),
    goodbyeSeenByAll: summaryOf(goodbyes),
    crashSeenByAll: summaryOf(crashes),
    falselyGone: swarm.falselyGone
  }
}

const sumOf = (measurements: Measurement[], what: (measurement: Measurement) => number): number =>
  measurements.reduce((sum, measurement) => sum + what(measurement), 0)

/** Says on stderr what is being done, and how long it took. */
async function told<Result> (what: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now()

  process.stderr.write(`${what} …`)

  const result = await work()

  process.stderr.write(` ${((performance.now() - began) / 1_000).toFixed(0)} s\n`)

  return result
}
