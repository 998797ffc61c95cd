import { setTimeout as sleep } from 'node:timers/promises'
import { encodeFrames } from 'libp2p-invitation/wire'
import { RING } from './content.ts'
import { Echo } from './echo.ts'
import { ECHO_PROTOCOL, READERS, READING_PROTOCOLS } from './frames.ts'
import { INVITE_BYTES, inviteMany, inviteOnce } from './invitations.ts'
import { heldBytes } from './node.ts'
import { medianOf, summaryOf } from './statistics.ts'
import type { Word } from 'libp2p-invitation/wire'
import type { Reading } from './frames.ts'
import type { Pair } from './pair.ts'
import type { Summary } from './statistics.ts'

/** Runs of each kind before anything is measured, so that all code is compiled and every stream stands. */
const WARM_UP = 1_500

/** Measurements for a latency. */
const ROUNDS = 3_000

const IN_FLIGHT = 64

/** Repetitions of a throughput, of which the median counts. */
const REPETITIONS = 5

/** Invitations, or words, for one throughput. */
const THROUGHPUT_COUNT = 6_000

/** Live invitations whose memory is measured. */
const LIVE = 1_000

/** From `send` to `accepted` on a warm link, beside an echo of the same size in turn with it. Milliseconds. */
export async function latency (pair: Pair): Promise<{ bytes: number, accepted: Summary, echo: Summary, ratio: Summary }> {
  const echo = new Echo(await pair.open(ECHO_PROTOCOL), INVITE_BYTES)
  const accepted: number[] = []
  const echoed: number[] = []

  for (let round = -WARM_UP; round < ROUNDS; round++) {
    // a moment before each, so that both begin when the other process is done with the one before
    await sleep(1)

    const echoTook = await echo.once()

    await sleep(1)

    const acceptedTook = await inviteOnce(pair)

    if (round >= 0) {
      echoed.push(echoTook)
      accepted.push(acceptedTook)
    }
  }

  const summary = { accepted: summaryOf(accepted), echo: summaryOf(echoed) }

  return { bytes: INVITE_BYTES, ...summary, ratio: ratioOf(summary.accepted, summary.echo) }
}

/** Invitations a second that are accepted and ended, 64 in flight, beside echoes of the same size. An invitation takes two round trips, and seven words. */
export async function throughput (pair: Pair): Promise<{ inFlight: number, invitationsPerSecond: number, echoesPerSecond: number, echoesPerInvitation: number }> {
  const echo = new Echo(await pair.open(ECHO_PROTOCOL), INVITE_BYTES)
  const invitations: number[] = []
  const echoes: number[] = []

  await inviteMany(pair, THROUGHPUT_COUNT, IN_FLIGHT)
  await echo.many(THROUGHPUT_COUNT, IN_FLIGHT)

  for (let i = 0; i < REPETITIONS; i++) {
    invitations.push(await perSecond(THROUGHPUT_COUNT, async () => { await inviteMany(pair, THROUGHPUT_COUNT, IN_FLIGHT) }))
    echoes.push(await perSecond(THROUGHPUT_COUNT, async () => { await echo.many(THROUGHPUT_COUNT, IN_FLIGHT) }))
  }

  const invitationsPerSecond = Math.round(medianOf(invitations))
  const echoesPerSecond = Math.round(medianOf(echoes))

  return { inFlight: IN_FLIGHT, invitationsPerSecond, echoesPerSecond, echoesPerInvitation: echoesPerSecond / invitationsPerSecond }
}

/** Bytes that one ringing invitation holds, at either side. */
export async function memory (pair: Pair): Promise<{ live: number, bytesAtCaller: number, bytesAtCallee: number }> {
  // the first time, things are made that stay
  await ringAndMeasure(pair)

  return { live: LIVE, ...await ringAndMeasure(pair) }
}

async function ringAndMeasure (pair: Pair): Promise<{ bytesAtCaller: number, bytesAtCallee: number }> {
  const { node: { services: { invitation: service } }, peer } = pair
  const before = [await heldBytes(), await pair.heldThere()] as const
  const ringing: Array<Promise<void>> = []

  for (let i = 0; i < LIVE; i++) {
    const local = service.createLocalInvitation(peer, { content: RING.padEnd(64, 'x'), ringTime: 600_000 })

    ringing.push(new Promise(resolve => { local.addEventListener('ringing', () => { resolve() }, { once: true }) }))
    await local.send()
  }

  await Promise.all(ringing)
  ringing.length = 0

  const bytesAtCaller = Math.round((await heldBytes() - before[0]) / LIVE)
  const bytesAtCallee = Math.round((await pair.heldThere() - before[1]) / LIVE)

  await Promise.all(service.list().map(async local => { await local.cancel() }))

  return { bytesAtCaller, bytesAtCallee }
}

/** Reading by an it-pipe pipeline, as the link does, beside reading from the stream's own event: one word there and back, and 64 in flight. */
export async function pipeline (pair: Pair): Promise<{ [Name in Reading]: { roundTrip: Summary, wordsPerSecond: number } }> {
  const readings = Object.keys(READING_PROTOCOLS) as Reading[]
  const word: Word = { kind: 'ringing', id: '0'.repeat(32) }
  const measured = await Promise.all(readings.map(async reading => ({ exchange: await openExchange(pair, reading, word), roundTrips: [] as number[], rates: [] as number[] })))

  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const { exchange, roundTrips } of measured) {
      const took = await exchange(1, 1)

      if (round >= 0) {
        roundTrips.push(took)
      }
    }
  }

  for (let i = 0; i < REPETITIONS; i++) {
    for (const { exchange, rates } of measured) {
      rates.push(await perSecond(10 * THROUGHPUT_COUNT, async () => { await exchange(10 * THROUGHPUT_COUNT, IN_FLIGHT) }))
    }
  }

  const results = readings.map((reading, index) =>
    [reading, { roundTrip: summaryOf(measured[index]!.roundTrips), wordsPerSecond: Math.round(medianOf(measured[index]!.rates)) }] as const)

  return Object.fromEntries(results) as { [Name in Reading]: typeof results[number][1] }
}

/** A function that sends so many words, so many at a time, and resolves with the milliseconds until all have come back. */
async function openExchange (pair: Pair, reading: Reading, word: Word): Promise<(count: number, inFlight: number) => Promise<number>> {
  const stream = await pair.open(READING_PROTOCOLS[reading])
  let cameBack: ((count: number) => void) | undefined

  READERS[reading](stream, words => { cameBack?.(words.length) })

  return async (count, inFlight) => await new Promise(resolve => {
    const began = performance.now()
    let left = count
    let unsent = count - inFlight

    cameBack = came => {
      left -= came

      const next = Math.min(came, unsent)

      unsent -= next

      if (left === 0) {
        resolve(performance.now() - began)
      } else if (next > 0) {
        stream.send(encodeFrames(Array.from({ length: next }, () => word)))
      }
    }

    stream.send(encodeFrames(Array.from({ length: inFlight }, () => word)))
  })
}

async function perSecond (count: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now()

  await work()

  return count / ((performance.now() - began) / 1_000)
}

const ratioOf = (one: Summary, other: Summary): Summary => ({ p50: one.p50 / other.p50, p90: one.p90 / other.p90, p99: one.p99 / other.p99 })
