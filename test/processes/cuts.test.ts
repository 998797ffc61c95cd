import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Chance } from './chance.ts'
import { CuttingProxy } from './cutting-proxy.ts'
import { PeerProcess } from './peer-process.ts'
import { accountsOf, wrongs } from './verdict.ts'
import { Weather } from './weather.ts'
import type { Measures, Part } from './messages.ts'

/** The same seed draws the same verbs and the same faults; how they fall in time is the machine's. */
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 0x1_0000_0000))

/** How much faster the library's time passes than the clock: its limits of 10 to 60 s then really pass. */
const PACE = 5

/** So fast that a stream which nobody uses is closed after 1.2 s, not 120. */
const HURRIED_PACE = 100

/** Longest that anything may take that is waited for, milliseconds: far more than it needs, since the machine may be busy. */
const PATIENCE = 60_000

/** The first part warms up: what is held after it is what is compared with. Invitations are counted for each of the two peers. */
const PARTS: readonly Part[] = [
  { count: 50, inFlight: 10, glare: 'off' },
  { count: 120, inFlight: 10, glare: 'off' },
  { count: 45, inFlight: 2, glare: 'accept' },
  { count: 45, inFlight: 2, glare: 'ring' }
]

const INVITATIONS = 2 * PARTS.reduce((sum, { count }) => sum + count, 0)

/** Most that the heap may have grown from the end of the first part to that of the last, bytes: 450 invitations' tombstones take some 100 kB. */
const HEAP_GROWTH = 8 * 2 ** 20

const NOTHING = { streams: 0, timers: 1, handles: 0, pendingVerbs: 0 }

const proxies: CuttingProxy[] = []
const peers: PeerProcess[] = []

afterEach(async () => {
  for (const peer of peers.splice(0)) {
    peer.kill()
  }

  await Promise.all(proxies.splice(0).map(async proxy => { await proxy.close() }))
})

/** Two peers, each of which knows the other's proxy only. */
async function startTwo (seed: number): Promise<void> {
  const starts = await Promise.all([seed, seed + 1].map(async seedOfPeer => {
    const proxy = new CuttingProxy()
    const peer = new PeerProcess()

    proxies.push(proxy)
    peers.push(peer)

    const proxyPort = await proxy.listen()
    const { peerId, port } = await peer.ask('start', { seed: seedOfPeer, announcedPort: proxyPort, pace: PACE })

    proxy.leadTo(port)

    return { peer, peerId, address: `/ip4/127.0.0.1/tcp/${proxyPort}/ws` }
  }))

  await Promise.all(starts.map(async ({ peer }, index) => {
    const { peerId, address } = starts[1 - index]!

    await peer.ask('meet', { peerId, address })
  }))
}

/** Asks both, until the answers are as they should be. */
async function until<Answer> (asked: (peer: PeerProcess) => Promise<Answer>, check: (answers: Answer[]) => void): Promise<Answer[]> {
  return await vi.waitFor(async () => {
    const answers = await Promise.all(peers.map(asked))

    check(answers)

    return answers
  }, { timeout: PATIENCE, interval: 50 })
}

/** @param rest - what a peer holds before it has invited anybody: its timer that sweeps, its listeners on libp2p */
async function playPart (part: Part, weather: Weather, rest: Measures[]): Promise<Measures[]> {
  weather.turnBad()
  await Promise.all(peers.map(async peer => { await peer.ask('play', part) }))
  await weather.clear()

  // every invitation has ended on both sides, and a session is open on both or on neither
  await until(async peer => await peer.ask('look', undefined), ([one, other]) => {
    expect([...one!.unended, ...other!.unended]).toEqual([])
    expect(one!.open.toSorted()).toEqual(other!.open.toSorted())
  })

  await Promise.all(peers.map(async peer => { await peer.ask('endSessions', undefined) }))
  await until(async peer => await peer.ask('look', undefined), standings => {
    expect(standings.flatMap(({ listed }) => listed)).toEqual([])
  })

  // and nothing is left of them
  await Promise.all(peers.map(async peer => { await peer.ask('pace', HURRIED_PACE) }))

  const measures = await until(async peer => await peer.ask('measure', undefined), all => {
    for (const [index, held] of all.entries()) {
      expect(held).toEqual({ ...rest[index], heap: held.heap })
    }
  })

  await Promise.all(peers.map(async peer => { await peer.ask('pace', PACE) }))

  return measures
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

describe('two processes whose connections are cut, stalled and forgotten at random moments', () => {
  it(`end each of ${INVITATIONS} invitations in the same way, and leave nothing behind`, { timeout: 10 * PATIENCE }, async () => {
    const began = performance.now()
    const heaps: number[][] = []

    console.log(`SEED=${SEED}`)
    await startTwo(SEED)

    const weather = new Weather(proxies, new Chance(SEED))
    const rest = await Promise.all(peers.map(async peer => await peer.ask('measure', undefined)))

    expect(rest).toMatchObject([NOTHING, NOTHING])

    for (const part of PARTS) {
      heaps.push((await playPart(part, weather, rest)).map(({ heap }) => heap))
    }

    const [one, other] = peers as [PeerProcess, PeerProcess]
    const found = [[one, other], [other, one]].flatMap(([calling, called]) =>
      wrongs(accountsOf(calling!.told, 'caller'), accountsOf(called!.told, 'callee')))
    const ends = peers.flatMap(({ told }) => [...accountsOf(told, 'caller').values()].flatMap(account => account.ends))

    console.log(`${ends.length} invitations in ${((performance.now() - began) / 1_000).toFixed(1)} s, callers' ends:`, tally(ends.map(({ state, reason }) => `${state}: ${reason}`)))
    console.log('callees\' ends:', tally(peers.flatMap(({ told }) => [...accountsOf(told, 'callee').values()].flatMap(account => account.ends)).map(({ state, reason }) => `${state}: ${reason}`)))
    console.log('network:', weather.count, 'heap after each part, MB:', heaps.map(both => both.map(megabytes).join(' and ')))

    expect(found).toEqual([])
    expect(peers.flatMap(({ unhandled }) => unhandled)).toEqual([])
    expect(ends).toHaveLength(INVITATIONS)

    for (const [index, peer] of peers.entries()) {
      expect(heaps.at(-1)![index]! - heaps[0]![index]!).toBeLessThan(HEAP_GROWTH)
      expect(await peer.ask('stop', undefined)).toEqual({ timers: 0, listeners: 0 })
      peer.release()
    }

    // libp2p goes on waiting for the far end of websockets that the network has forgotten
    for (const proxy of proxies) {
      proxy.cut()
    }

    for (const peer of peers) {
      expect(await Promise.race([peer.exited, sleep(PATIENCE, 'something keeps it running')])).toBe(0)
    }
  })
})

function tally (names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}

  for (const name of names.toSorted()) {
    counts[name] = (counts[name] ?? 0) + 1
  }

  return counts
}
