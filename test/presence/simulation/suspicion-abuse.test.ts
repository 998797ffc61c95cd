import { describe, expect, it } from 'vitest'
import { SUSPICIONS_OF_ALL, SUSPICIONS_PER_AUTHOR } from '../../../src/presence/roster/index.ts'
import { quantile } from './observations.ts'
import { fullRoom, USUAL_COSTS } from './room.ts'
import type { ModelPeer } from './model-peer.ts'
import type { ModelNetwork } from './model-network.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

const PEERS = 50
const MINUTES = 8

/** Whom a liar names, and how often. */
interface Abuse {
  readonly liars: number
  /** Time between two suspicions of one liar, milliseconds. */
  readonly gap: number
  /** Who is named the n-th time. */
  readonly victim: (honest: readonly ModelPeer[], turn: number) => ModelPeer | undefined
}

/** Bytes a second that the usual honest peer received. Those next to a liar get all of its lies, and pass few of them on. */
function received (peers: readonly ModelPeer[]): { suspicions: number, records: number } {
  const usual = (bytes: (peer: ModelPeer) => number): number =>
    quantile(peers.map(peer => bytes(peer)).toSorted((a, b) => a - b), 0.5) / (MINUTES * MINUTE / SECOND)

  return { suspicions: usual(peer => peer.received.suspicions), records: usual(peer => peer.received.records) }
}

function clear (network: ModelNetwork): void {
  for (const { received: bytes } of network.peers) {
    bytes.records = 0
    bytes.suspicions = 0
    bytes.pages = 0
  }
}

describe('members who say of others that they are lost, all the time', () => {
  it.each<[string, Abuse]>([
    ['one who names everybody in turn, ten a second', { liars: 1, gap: 100, victim: (honest, turn) => honest[turn % honest.length] }],
    ['one who names a single hidden page, ten times a second', { liars: 1, gap: 100, victim: honest => honest[2] }],
    ['twenty who name everybody in turn', { liars: 20, gap: 1_001, victim: (honest, turn) => honest[turn % honest.length] }],
    ['twenty who name a single hidden page', { liars: 20, gap: 1_001, victim: honest => honest[2] }]
  ])('get nobody off a roster: %s', (name, { liars, gap, victim }) => {
    const { network, observations } = fullRoom(PEERS, { seed: 8 }, number => ({ isHidden: number % 3 === 2 }))
    const { time } = network
    const dishonest = network.peers.slice(-liars)
    const honest = network.peers.slice(0, -liars)
    let turn = 0

    clear(network)
    time.runUntil(time.now + MINUTES * MINUTE)

    const usual = received(honest)

    clear(network)

    const end = time.now + MINUTES * MINUTE
    const lie = (liar: ModelPeer): void => {
      const named = victim(honest, turn++)
      const mark = named == null ? undefined : liar.membership.roster.markOf(named.id)

      if (mark != null) {
        liar.suspect(mark)
      }

      if (time.now < end) {
        time.after(gap, () => { lie(liar) })
      }
    }

    for (const liar of dishonest) {
      lie(liar)
    }

    time.runUntil(end)

    const abused = received(honest)

    console.log(`${name}: ${observations.falselyGone.length} falsely gone in ${(PEERS * MINUTES / 60).toFixed(1)} peer-hours; each honest peer received` +
      ` ${(abused.records / 1_000).toFixed(1)} kB/s of records (${(usual.records / 1_000).toFixed(1)} without) and ${(abused.suspicions / 1_000).toFixed(1)} kB/s of suspicions`)

    expect(observations.falselyGone.map(({ subject, reason }) => [network.peers.indexOf(subject), reason])).toEqual([])

    // of each liar so many are passed on by somebody; each peer believes so many, and each of those is answered twice at most
    const passedOn = liars * SUSPICIONS_PER_AUTHOR.perSecond
    const believed = Math.min(passedOn, SUSPICIONS_OF_ALL.perSecond) + SUSPICIONS_OF_ALL.burst * SECOND / (MINUTES * MINUTE)

    expect(abused.suspicions).toBeLessThanOrEqual(1.25 * passedOn * USUAL_COSTS.suspicion)
    expect(abused.records).toBeLessThanOrEqual(usual.records + 2 * 1.1 * believed * USUAL_COSTS.record)
  })
})
