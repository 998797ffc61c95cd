// peers that listen on the network, as in Node only
import 'node:net'
import { describe, expect, it } from 'vitest'
import { gossipsubPreset } from '../../src/presence/index.ts'
import { allSeeAll, eventually, roster, startNode } from './nodes.ts'
import type { Node } from './nodes.ts'
import type { GossipsubOpts } from '@libp2p/gossipsub'

const PEERS = 20

/** Peers on one machine, on real websockets, which all know the address of one of them. */
async function startSwarm (gossipsub: Partial<GossipsubOpts>): Promise<Node[]> {
  const nodes = await Promise.all(Array.from({ length: PEERS }, async () => startNode({ gossipsub, transport: 'websockets' })))
  const [hub, ...rest] = nodes

  // in waves, since a small machine times out on too many handshakes at once
  for (let wave = 0; wave < rest.length; wave += 5) {
    await Promise.all(rest.slice(wave, wave + 5).map(async node => node.dial(hub!.getMultiaddrs())))
  }

  return nodes
}

function rosterSizes (nodes: Node[]): number[] {
  return nodes.map(node => roster(node).length)
}

/** Waits until no roster has grown for three seconds. */
async function untilNothingChanges (nodes: Node[]): Promise<void> {
  let last = ''
  let since = 0

  await eventually(() => {
    const now = rosterSizes(nodes).join(' ')

    if (now !== last) {
      last = now
      since = Date.now()
    }

    expect(Date.now() - since).toBeGreaterThan(3_000)
  })
}

describe('the preset for gossipsub', { timeout: 120_000 }, () => {
  it('lets 20 peers on one address see each other', async () => {
    const nodes = await startSwarm(gossipsubPreset())

    await allSeeAll(nodes)
    expect(rosterSizes(nodes)).toEqual(nodes.map(() => PEERS - 1))
  })

  it('is what does it: with gossipsub’s own scores for one address, not one of them sees all others', async () => {
    const { scoreParams, ...others } = gossipsubPreset()
    const nodes = await startSwarm(others)

    await untilNothingChanges(nodes)
    expect(scoreParams).toEqual({ IPColocationFactorWeight: 0 })
    expect(rosterSizes(nodes).filter(size => size === PEERS - 1)).toEqual([])
  })

  it('names each message of an author by its signature, and what is not signed by what it says and where', () => {
    const { fastMsgIdFn } = gossipsubPreset()
    const [one, other] = [Uint8Array.of(1, 255), Uint8Array.of(2)]
    const names = [
      { topic: 'a', data: one, signature: one },
      { topic: 'a', data: one, signature: other },
      { topic: 'a', data: one },
      { topic: 'b', data: one },
      { topic: 'a', data: other },
      { topic: 'a' }
    ].map(message => fastMsgIdFn?.(message))

    expect(new Set(names).size).toBe(names.length)
    expect(fastMsgIdFn?.({ topic: 'b', data: other, signature: one })).toBe(names[0])
  })

  it('gives way to an app’s own options, score by score', () => {
    expect(gossipsubPreset({ D: 8, runOnLimitedConnection: false, scoreParams: { decayInterval: 5_000 } })).toEqual({
      D: 8,
      Dlo: 3,
      Dhi: 1_000,
      Dlazy: 4,
      mcacheGossip: 2,
      maxTopicBytesPerPeer: 2_097_152,
      allowPublishToZeroTopicPeers: true,
      fastMsgIdFn: expect.any(Function),
      runOnLimitedConnection: false,
      scoreParams: { IPColocationFactorWeight: 0, decayInterval: 5_000 }
    })
    expect(gossipsubPreset({ scoreParams: { IPColocationFactorWeight: -1 } }).scoreParams).toEqual({ IPColocationFactorWeight: -1 })
  })
})
