import { multiaddr } from '@multiformats/multiaddr'
import { TypedEventEmitter } from 'main-event'
import { beforeEach, describe, expect, it } from 'vitest'
import { LostConnections } from '../../src/presence/lost-connections.ts'
import { endOfTurn } from '../../src/waiting/index.ts'
import { newPeerId, StubConnection } from '../link/stub-components.ts'
import type { Connection, Libp2pEvents, PeerId } from '@libp2p/interface'

describe('the loss of a connection', () => {
  let events: TypedEventEmitter<Libp2pEvents>
  let connections: Connection[]
  let lost: Array<{ peer: PeerId, isExplained: boolean }>
  let run: AbortController
  let relay: PeerId
  let ben: PeerId

  beforeEach(async () => {
    events = new TypedEventEmitter()
    connections = []
    lost = []
    run = new AbortController()
    relay = await newPeerId()
    ben = await newPeerId()
    new LostConnections({ events, connectionManager: { getConnections: () => connections } }, (peer, isExplained) => { lost.push({ peer, isExplained }) }).start(run.signal)
  })

  function connect (peer: PeerId, address: string = '/ip4/127.0.0.1/tcp/1/ws'): Connection {
    const connection = Object.assign(new StubConnection(peer), { remoteAddr: multiaddr(`${address}/p2p/${peer.toString()}`) })

    connections.push(connection)

    return connection
  }

  function close (connection: Connection): void {
    connections = connections.filter(other => other !== connection)
    events.safeDispatchEvent('connection:close', { detail: connection })
  }

  const byRelay = (): string => `/ip4/127.0.0.1/tcp/2/ws/p2p/${relay.toString()}/p2p-circuit`

  it('may mean that the peer is gone', () => {
    close(connect(ben))
    expect(lost).toEqual([{ peer: ben, isExplained: false }])
  })

  it('means nothing while there is another one to that peer', async () => {
    const [first, second] = [connect(ben), connect(ben, byRelay())]

    close(first)
    expect(lost).toEqual([])
    connect(ben)
    close(second)
    await endOfTurn()
    expect(lost).toEqual([])
  })

  it('may mean that the peer is gone if the relay that it went by is there', async () => {
    connect(relay)
    close(connect(ben, byRelay()))
    await endOfTurn()
    expect(lost).toEqual([{ peer: ben, isExplained: false }])
  })

  it('is explained if the relay that it went by is lost as well, whichever closes first', async () => {
    const [toRelay, toBen] = [connect(relay), connect(ben, byRelay())]

    close(toBen)
    close(toRelay)
    await endOfTurn()
    expect(lost).toEqual([{ peer: relay, isExplained: false }, { peer: ben, isExplained: true }])
  })

  it('is told no more once it has ended', async () => {
    close(connect(ben, byRelay()))
    run.abort()
    close(connect(ben))
    await endOfTurn()
    expect(lost).toEqual([])
  })
})
