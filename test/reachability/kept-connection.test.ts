import { defaultLogger } from '@libp2p/logger'
import { multiaddr } from '@multiformats/multiaddr'
import { TypedEventEmitter } from 'main-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { InvalidArgumentError } from '../../src/errors/index.ts'
import { Dialling } from '../../src/reachability/dialling.ts'
import { keepConnection } from '../../src/reachability/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import type { KeptConnection } from '../../src/reachability/index.ts'
import type { Connection, Libp2pEvents } from '@libp2p/interface'

const PEER = '12D3KooWEER9MrtE8TNgxTKgTQHQazqAWt7T4Fs1GnCCT5dEVrUy'
const ADDRESS = multiaddr(`/dns4/relay.example.org/tcp/443/tls/ws/p2p/${PEER}`)

let environment: HandMovedEnvironment
let events: TypedEventEmitter<Libp2pEvents>
let connections: Connection[]
let stop: AbortController
/** What a dial comes to; it hangs where there is nothing. */
let dial: (() => Connection) | undefined
const openConnection = vi.fn<(address: unknown, options?: { signal?: AbortSignal }) => Promise<Connection>>()

beforeEach(() => {
  environment = new HandMovedEnvironment()
  events = new TypedEventEmitter()
  connections = []
  stop = new AbortController()
  dial = () => { throw new Event('error') }
  openConnection.mockReset()
  openConnection.mockImplementation(async (_address, { signal } = {}) => {
    if (dial != null) {
      return dial()
    }

    return await new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => { reject(signal.reason) })
    })
  })
})

function keep (address = ADDRESS): KeptConnection {
  return keepConnection({
    logger: defaultLogger(),
    events,
    connectionManager: { openConnection, getConnections: () => connections }
  }, { address, signal: stop.signal }, environment)
}

function opened (kept: KeptConnection, direct = true): Connection {
  const connection = { remotePeer: kept.peer, status: 'open', direct } as Connection

  connections.push(connection)
  events.safeDispatchEvent('connection:open', { detail: connection })

  return connection
}

function lost (connection: Connection): void {
  connections = connections.filter(other => other !== connection)
  events.safeDispatchEvent('connection:close', { detail: connection })
}

describe('a connection that is kept', () => {
  it('is dialled at once, and again after delays for as long as it takes', async () => {
    const kept = keep()

    expect(openConnection).toHaveBeenCalledTimes(1)
    await environment.pass(0)
    expect(kept.error?.name).toBe('TransportError')
    expect(kept.isConnected).toBe(false)
    await environment.pass(600_000)
    expect(openConnection.mock.calls.length).toBeGreaterThan(200)

    dial = () => opened(kept)
    await environment.pass(4_000)
    expect(kept.isConnected).toBe(true)
    expect(kept.error).toBe(undefined)
    expect(environment.pendingTimers).toBe(0)
  })

  it('is dialled again soon after it was lost', async () => {
    const kept = keep()
    const [connection] = await (async () => {
      dial = () => opened(kept)
      await environment.pass(5_000)

      return connections
    })()

    environment.advance(5_000)
    openConnection.mockClear()
    lost(connection!)
    await environment.pass(250)
    expect(openConnection).toHaveBeenCalledTimes(1)
    expect(kept.isConnected).toBe(true)
  })

  it('is the one that the other side makes, unless it is by way of a relay', async () => {
    const kept = keep()

    await environment.pass(0)

    const relayed = opened(kept, false)

    expect(kept.isConnected).toBe(false)
    expect(environment.pendingTimers).toBe(1)
    lost(relayed)
    opened(kept)
    expect(kept.isConnected).toBe(true)
    expect(environment.pendingTimers).toBe(0)
    await environment.pass(60_000)
    expect(openConnection).toHaveBeenCalledTimes(1)
  })

  it('is dialled for 4 s at a time', async () => {
    dial = undefined

    const kept = keep()

    await environment.pass(3_999)
    expect(kept.error).toBe(undefined)
    await environment.pass(1)
    expect(kept.error?.name).toBe('TimeoutError')
  })

  it('is dialled at once when told so', async () => {
    const kept = keep()

    await environment.pass(20_000)
    openConnection.mockClear()
    kept.tryNow()
    expect(openConnection).toHaveBeenCalledTimes(1)
  })

  it('is left alone with its signal, and nothing stays behind', async () => {
    const kept = keep()

    await environment.pass(0)
    stop.abort()
    expect(environment.pendingTimers).toBe(0)
    lost(opened(kept))
    await environment.pass(60_000)
    expect(openConnection).toHaveBeenCalledTimes(1)
    expect(events.listenerCount('connection:close')).toBe(0)
    expect(events.listenerCount('connection:open')).toBe(0)
  })

  it('is not dialled at all with a signal that has aborted', () => {
    stop.abort()
    keep()
    expect(openConnection).not.toHaveBeenCalled()
  })

  it('needs the id of its peer', () => {
    expect(() => keep(multiaddr('/dns4/relay.example.org/tcp/443/tls/ws'))).toThrow(InvalidArgumentError)
  })
})

describe('a peer with several addresses', () => {
  const addresses = ['refuses', 'hangs', 'works'].map(name => multiaddr(`/dns4/${name}.example.org/tcp/443/tls/ws/p2p/${PEER}`))
  let dialled: string[]
  let dialling: Dialling

  beforeEach(() => {
    dialled = []
    openConnection.mockImplementation(async (address, { signal } = {}) => {
      const name = String(address).split('/')[2]!.split('.')[0]!

      dialled.push(name)

      if (name === 'hangs') {
        await new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => { reject(signal.reason) })
        })
      }

      if (name === 'refuses') {
        throw new Event('error')
      }

      return {} as Connection
    })
    dialling = new Dialling({ openConnection }, environment)
  })

  /** Where it was dialled, and what came of it, after 4 s at most. */
  async function dialOnce (among = addresses): Promise<string> {
    dialled.length = 0

    const outcome = dialling.dial(among, stop.signal).then(() => 'connected', ({ name }: Error) => name)

    await environment.pass(4_000)

    return `${dialled.join(', ')}: ${await outcome}`
  }

  it('is dialled at one after the other, and after one that hangs goes on behind it the next time', async () => {
    expect(await dialOnce()).toBe('refuses, hangs: TimeoutError')
    expect(await dialOnce()).toBe('works: connected')
  })

  it('is dialled first at the one that worked last', async () => {
    await dialOnce()
    await dialOnce()
    expect(await dialOnce()).toBe('works: connected')
  })

  it('is not there when none of them works', async () => {
    expect(await dialOnce(addresses.slice(0, 1))).toBe('refuses: TransportError')
    expect(await dialOnce(addresses.slice(0, 1))).toBe('refuses: TransportError')
  })

  it('keeps its place when it is the dial that is given up', async () => {
    await dialOnce(addresses.slice(2))

    const given = dialling.dial(addresses.slice(1), stop.signal)

    stop.abort()
    await expect(given).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    stop = new AbortController()
    expect(await dialOnce(addresses.slice(1))).toBe('hangs: TimeoutError')
  })
})
