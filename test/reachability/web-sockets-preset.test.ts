import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import process from 'node:process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { webSocketsPreset } from '../../src/reachability/web-sockets-preset.ts'
import type { Connection, Libp2p } from '@libp2p/interface'

/** Longest that anything may take that must come, milliseconds. */
const PATIENCE = 30_000

const nodes: Libp2p[] = []

afterEach(async () => {
  await Promise.all(nodes.splice(0).map(async node => { await node.stop() }))
})

async function startNode (): Promise<Libp2p> {
  const node = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSocketsPreset()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()]
  })

  nodes.push(node)

  return node
}

const sockets = (): number => process.getActiveResourcesInfo().filter(kind => kind === 'TCPSocketWrap').length

describe('the preset of websockets', () => {
  // by plain websockets both sockets stay open
  it.each<[string, (dialled: Connection, accepted: Connection) => Connection]>([
    ['dialled', dialled => dialled],
    ['accepted', (_, accepted) => accepted]
  ])('closes the socket of an aborted connection, on the side that %s', async (_, choose) => {
    const [one, other] = [await startNode(), await startNode()]
    const before = sockets()
    const dialled = await one.dial(other.getMultiaddrs())
    const accepted = await vi.waitUntil(() => other.getConnections()[0], { timeout: PATIENCE })

    expect(sockets()).toBe(before + 2)
    choose(dialled, accepted).abort(new Error('it does not answer'))
    await vi.waitFor(() => { expect(sockets()).toBe(before) }, { timeout: PATIENCE })
    expect([...one.getConnections(), ...other.getConnections()]).toEqual([])
  })
})
