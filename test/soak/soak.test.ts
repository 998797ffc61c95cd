import { memory } from '@libp2p/memory'
import { plaintext } from '@libp2p/plaintext'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it } from 'vitest'
import { flatnessOf, slopeOf } from './flatness.ts'
import { Meter } from './meter.ts'
import { plant, PLANTED_LEAKS, PLANTED_PROTOCOL } from './planted-leaks.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Measured } from './flatness.ts'
import type { PlantedLeak } from './planted-leaks.ts'

/** How often each thing is forgotten: 2 MiB in memory. */
const TIMES = 512

/** What is said of each leak. */
const SAID: { readonly [Leak in PlantedLeak]: RegExp } = {
  listener: /^listeners: /,
  timer: /^timers: others: /,
  stream: /^streams: \/libp2p-invitation\/soak\/planted\/1\.0\.0: /,
  memory: /^heap: /
}

const meter = new Meter()
const nodes: Libp2p[] = []

afterEach(async () => {
  await Promise.all(nodes.splice(0).map(async node => { await node.stop() }))
})

async function start (name: string): Promise<Libp2p> {
  const node = await createLibp2p({
    addresses: { listen: [`/memory/${name}`] },
    transports: [memory()],
    connectionEncrypters: [plaintext()],
    streamMuxers: [yamux({ maxInboundStreams: TIMES, maxOutboundStreams: TIMES })],
    connectionMonitor: { enabled: false }
  })

  nodes.push(node)

  return node
}

async function startTwo (): Promise<[Libp2p, Libp2p]> {
  const [one, other] = [await start('one'), await start('other')]

  await one.dial(other.getMultiaddrs())

  return [one, other]
}

/** @param forget - is called so often between two samples */
async function measure (node: Libp2p, forget: () => Promise<void>): Promise<readonly string[]> {
  const before = { ...await meter.sample(node.getConnections(), {}), invitations: 0, at: 0 }

  for (let time = 0; time < TIMES; time++) {
    await forget()
  }

  const after = { ...await meter.sample(node.getConnections(), {}), invitations: TIMES, at: 1 }

  return flatnessOf([before, after], [before, after]).wrong
}

const sampleOf = (counts: Record<string, number>): Measured => ({ heap: 0, counts, external: 0, rss: 0, invitations: 0, at: 0 })

describe('what measures the soak', () => {
  it('sees of which things one is kept with each invitation', async () => {
    const [node, other] = await startTwo()

    await other.handle(PLANTED_PROTOCOL, () => {}, { maxInboundStreams: TIMES })

    const leaks = await Promise.all(PLANTED_LEAKS.map(async leak => await plant(leak, node)))
    const wrong = await measure(node, async () => { await Promise.all(leaks.map(async forget => { await forget() })) })

    for (const said of Object.values(SAID)) {
      expect(wrong).toContainEqual(expect.stringMatching(said))
    }
  })

  it('finds nothing wrong where nothing is kept', async () => {
    const [node] = await startTwo()

    expect(await measure(node, async () => {})).toEqual([])
  })
})

describe('the slope', () => {
  it('is that of most points, wherever a few others lie', () => {
    const points = Array.from({ length: 20 }, (_, x): [number, number] => [x, 7 * x + 3])

    points[4] = [4, 9_000]
    points[11] = [11, -9_000]
    points[19] = [19, 9_000]

    expect(slopeOf(points)).toBeCloseTo(7)
  })

  it('is nothing where nothing was measured', () => {
    expect(slopeOf([])).toBe(0)
    expect(slopeOf([[5, 1], [5, 2]])).toBe(0)
  })
})

describe('the verdict', () => {
  it('takes one more of what invitations need for a leak, and a few more of what comes with connections for chance', () => {
    const before = sampleOf({ 'timers: invitation/call': 8, 'timers: relay/relayed-connection': 1, connections: 5 })

    expect(flatnessOf([before, sampleOf({ 'timers: invitation/call': 9, 'timers: relay/relayed-connection': 4, connections: 8 })], []).wrong).toEqual(['timers: invitation/call: 8, then 9'])
    expect(flatnessOf([before, sampleOf({ 'timers: invitation/call': 7, 'timers: relay/relayed-connection': 10, connections: 14 })], []).wrong)
      .toEqual(['timers: relay/relayed-connection: 1, then 10', 'connections: 5, then 14'])
  })
})
