import type { Connection, ConnectionLimits, PeerId } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { links } from '../../src/link/index.ts'
import type { Link, Links } from '../../src/link/index.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { RecordingListener } from './recording-listener.ts'
import { never, newPeerId, stubComponents, stubConnection } from './stub-components.ts'
import type { StubComponents, StubConnection } from './stub-components.ts'

const LIMITS: ConnectionLimits = { bytes: 131_072n, seconds: 120 }

let components: StubComponents
let environment: HandMovedEnvironment
let listener: RecordingListener
let all: Links
let peer: PeerId
let link: Link
let circuit: string
/** What was dialled directly, in order. */
let dialled: string[]

beforeEach(async () => {
  components = await stubComponents()
  environment = new HandMovedEnvironment()
  listener = new RecordingListener()
  all = links({ listener })(components, environment)
  peer = await newPeerId()
  link = all.to(peer)
  circuit = `/ip4/127.0.0.1/tcp/1/ws/p2p/${(await newPeerId()).toString()}/p2p-circuit`
  components.addresses.push(multiaddr(circuit), multiaddr(`${circuit}/webrtc`))
  dialled = []
  dialsAre(async signal => await never(signal))
  await all.start()
})

/** What comes of each dial. */
function dialsAre (outcome: (signal: AbortSignal | undefined) => Promise<Connection>): void {
  components.connectionManager.openConnection.mockImplementation(async (target, options) => {
    dialled.push(String(target))

    return await outcome(options?.signal)
  })
}

/** The link's stream stands on a relayed connection. */
async function relayed (properties: Parameters<typeof stubConnection>[1] = {}): Promise<StubConnection & Connection> {
  const connection = stubConnection(peer, { limits: LIMITS, ...properties })

  components.connections.push(connection)
  link.setOwed(true)
  await vi.waitFor(() => { expect(link.isUp).toBe(true) })
  await environment.pass(0)

  return connection
}

/** libp2p learns these addresses of the peer. */
function learn (...addresses: string[]): void {
  components.addresses.splice(0, Infinity, ...addresses.map(address => multiaddr(address)))
  components.events.safeDispatchEvent('peer:update', {
    detail: {
      peer: {
        id: peer,
        addresses: components.addresses.map(address => ({ multiaddr: address, isCertified: false })),
        protocols: [],
        metadata: new Map(),
        tags: new Map()
      }
    }
  })
}

describe('a link that is up by way of a relay that will cut it', () => {
  it('makes a direct connection in the background, and gives up four dials that hang after 2 s each', async () => {
    await relayed()
    expect(dialled).toEqual([`${circuit}/webrtc/p2p/${peer.toString()}`])

    for (let tries = 2; tries <= 4; tries++) {
      await environment.pass(1_999)
      expect(dialled).toHaveLength(tries - 1)
      await environment.pass(1)
      await vi.waitFor(() => { expect(dialled).toHaveLength(tries) })
    }

    await environment.pass(10_000)
    expect(dialled).toHaveLength(4)
    expect(listener.calls).toEqual(['up'])
  })

  it('takes the addresses in turn', async () => {
    const other = circuit.replace('/tcp/1/', '/tcp/2/')

    learn(`${circuit}/webrtc`, `${other}/webrtc`)
    await relayed()
    await environment.pass(2_000)
    await vi.waitFor(() => { expect(dialled).toHaveLength(2) })

    expect(dialled).toEqual([circuit, other].map(address => `${address}/webrtc/p2p/${peer.toString()}`))
  })

  it('does not dial again what fails, until an address is learned or there is another relayed connection', async () => {
    dialsAre(async () => { throw new Error('no transport for it') })

    const first = await relayed()

    await environment.pass(10_000)
    expect(dialled).toHaveLength(1)

    learn(`${circuit}/webrtc`, `${circuit}/webrtc`.replace('/tcp/1/', '/tcp/3/'))
    await vi.waitFor(() => { expect(dialled).toHaveLength(2) })

    components.connections.splice(0, 1, stubConnection(peer, { limits: LIMITS }))
    first.remotes.at(-1)!.abort(new Error('cut'))
    await vi.waitFor(() => { expect(listener.ups).toBe(2) })
    await vi.waitFor(() => { expect(dialled).toHaveLength(3) })
  })

  it('leaves it to the peer when the peer made the relayed connection', async () => {
    await relayed({ direction: 'inbound' })
    await environment.pass(10_000)

    expect(dialled).toEqual([])
  })

  it('dials nothing without an address to dial', async () => {
    learn(circuit)
    await relayed()
    await environment.pass(10_000)

    expect(dialled).toEqual([])
  })

  it('dials no longer when nothing is owed, and dials again when something is', async () => {
    const signals: Array<AbortSignal | undefined> = []

    dialsAre(async (signal) => {
      signals.push(signal)

      return await never(signal)
    })
    await relayed()
    link.setOwed(false)
    expect(signals[0]!.aborted).toBe(true)
    await environment.pass(10_000)
    expect(dialled).toHaveLength(1)

    link.setOwed(true)
    await vi.waitFor(() => { expect(dialled).toHaveLength(2) })
  })

  it('leaves nothing behind when everything stops', async () => {
    await relayed()

    const stopped = all.stop()

    await environment.pass(10_000)
    await stopped

    expect(dialled).toHaveLength(1)
    expect(environment.pendingTimers).toBe(0)
  })
})

describe('a link that is up by way of a relay without limits', () => {
  it('needs no direct connection', async () => {
    const connection = stubConnection(peer)

    components.connections.push(connection)
    link.setOwed(true)
    await vi.waitFor(() => { expect(link.isUp).toBe(true) })
    await environment.pass(10_000)

    expect(dialled).toEqual([])
  })
})

describe('a link without any connection', () => {
  it('dials no address by WebRTC', async () => {
    link.setOwed(true)
    await vi.waitFor(() => { expect(dialled).toEqual([`${circuit}/p2p/${peer.toString()}`]) })
    await environment.pass(60_000)

    expect(dialled.filter(address => address.includes('webrtc'))).toEqual([])
  })
})
