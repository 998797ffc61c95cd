import { defaultLogger } from '@libp2p/logger'
import { TypedEventEmitter } from 'main-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { GossipRepair } from '../../src/presence/gossip-repair.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { allSeeAll, eventually, startNode } from './nodes.ts'
import { somebody } from './record/records.ts'
import type { Connection, Libp2pEvents, PeerId, TypedEventTarget } from '@libp2p/interface'

const SILENT = { heartbeatInterval: 300_000, lifetime: 600_000 }

describe('gossip between two peers', { timeout: 120_000 }, () => {
  it('goes on both ways when the older of two connections closes', async () => {
    const [a, b] = [await startNode({ presence: SILENT }), await startNode({ presence: SILENT })]
    const identified = [0, 0]

    for (const [index, node] of [a, b].entries()) {
      node.addEventListener('peer:identify', () => { identified[index]!++ })
    }

    const older = await a.dial(b.getMultiaddrs())

    await allSeeAll([a, b])
    await a.dial(b.getMultiaddrs(), { force: true })
    // while the newer one is still being identified, gossipsub would find it without our help
    await eventually(() => { expect(identified).toEqual([2, 2]) })
    await older.close()

    // what is said while gossip is silent is said again when it is repaired
    a.services.presence.setStatus('busy')
    b.services.presence.setStatus('away')

    await eventually(() => {
      expect(b.services.presence.get(a.peerId)?.status).toBe('busy')
      expect(a.services.presence.get(b.peerId)?.status).toBe('away')
    })
  })
})

describe('the repair of gossip', () => {
  let peer: PeerId
  let events: TypedEventTarget<Libp2pEvents>
  let environment: HandMovedEnvironment
  let connections: Connection[]
  let identify: ReturnType<typeof vi.fn<(connection: Connection) => Promise<unknown>>>
  let run: AbortController

  beforeEach(async () => {
    peer = (await somebody()).peer
    events = new TypedEventEmitter()
    environment = new HandMovedEnvironment()
    connections = []
    identify = vi.fn<(connection: Connection) => Promise<unknown>>().mockResolvedValue(undefined)
    run = new AbortController()
    new GossipRepair({ events, connectionManager: { getConnections: () => connections }, identify: { identify } }, environment, defaultLogger().forComponent('test')).start(run.signal)
  })

  function connection (status: Connection['status']): Connection {
    // of a connection, the repair looks at these two
    return Object.assign(Object.create(null), { remotePeer: peer, status })
  }

  function close (): void {
    events.dispatchEvent(new CustomEvent('connection:close', { detail: connection('closed') }))
  }

  it('identifies the peer over a connection that is open', async () => {
    connections = [connection('closing'), connection('open')]
    close()

    expect(identify).toHaveBeenCalledExactlyOnceWith(connections[1])
  })

  it('does nothing when no connection is left', async () => {
    connections = [connection('closing')]
    close()

    expect(identify).not.toHaveBeenCalled()
  })

  it('tries three times, a second apart', async () => {
    identify.mockRejectedValue(new Error('busy'))
    connections = [connection('open')]
    close()
    await environment.pass(999)
    expect(identify).toHaveBeenCalledTimes(1)

    await environment.pass(10_000)
    expect(identify).toHaveBeenCalledTimes(3)
    expect(environment.pendingTimers).toBe(0)
  })

  it('ends with its run', async () => {
    identify.mockRejectedValue(new Error('busy'))
    connections = [connection('open')]
    close()
    await environment.pass(500)
    run.abort()
    close()
    await environment.pass(10_000)

    expect(identify).toHaveBeenCalledTimes(1)
    expect(environment.pendingTimers).toBe(0)
  })
})
