import { once } from 'node:events'
import { createServer } from 'node:net'
import { noise } from '@chainsafe/libp2p-noise'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { ping } from '@libp2p/ping'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { MemoryDatastore } from 'datastore-core'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPeer } from '../../src/peer/index.ts'
import { createRelay } from '../../src/relay/index.ts'
import { StandInBrowser } from '../identity/stand-in-browser.ts'
import type { Tab } from '../../src/identity/index.ts'
import type { Peer, PeerInit, PeerServices } from '../../src/peer/index.ts'
import type { AbortOptions, Libp2p, NodeInfo, ServiceMap } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'
import type { AddressInfo } from 'node:net'

/** How long anything may take on a busy machine, milliseconds. */
const PATIENCE = { timeout: 30_000 }

const LOOPBACK = '/ip4/127.0.0.1/tcp/0/ws'

const running = new Set<Pick<Libp2p, 'stop'>>()

afterEach(async () => {
  await Promise.all([...running].map(async node => node.stop()))
  running.clear()
})

/** A peer that is stopped after the test. */
async function start<Services extends ServiceMap = PeerServices> (init: PeerInit<Services> & AbortOptions = {}, tab?: Tab): Promise<Peer<Services>> {
  const peer = await createPeer(init, tab)

  running.add(peer)

  return peer
}

/** A relay that knows nothing of this library. */
async function startPlainRelay (): Promise<string> {
  const relay = await createLibp2p({
    addresses: { listen: [LOOPBACK] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), relay: circuitRelayServer() }
  })

  running.add(relay)

  return String(relay.getMultiaddrs()[0])
}

async function keysIn (datastore: Datastore): Promise<string[]> {
  const keys = []

  for await (const key of datastore.queryKeys({})) {
    keys.push(key.toString())
  }

  return keys
}

describe('a peer', () => {
  it('sees and rings another one by way of a relay that both know', async () => {
    const relays = [await startPlainRelay()]
    const [ada, ben] = await Promise.all([start({ relays, rooms: ['my-app'] }), start({ relays, rooms: ['my-app'] })])

    ben.services.invitation.addEventListener('invitation:received', async ({ detail: remote }) => {
      await remote.accept({ response: 'on my way' })
    })
    await ben.services.reachability.untilReachable()

    // such a relay passes no gossip on: they have to be brought together
    const connection = await ada.dial(ben.getMultiaddrs())

    expect(connection.limits).toBeDefined()
    await vi.waitFor(() => { expect(ada.services.presence.get(ben.peerId)?.status).toBe('online') }, PATIENCE)

    const local = await ada.services.invitation.invite(ben.peerId, { content: 'lunch?' })

    expect(await local.outcome).toMatchObject({ state: 'accepted', response: 'on my way' })
  })

  it('finds another one by itself, by way of a relay of this library', async () => {
    const relay = await createRelay({ listen: [LOOPBACK] })

    running.add(relay)

    const relays = relay.addresses
    const [ada, ben] = await Promise.all([start({ relays, rooms: ['my-app'] }), start({ relays, rooms: ['my-app'] })])

    ben.services.invitation.addEventListener('invitation:received', async ({ detail: remote }) => {
      await remote.refuse({ reason: 'busy' })
    })
    await vi.waitFor(() => { expect(ada.services.presence.get(ben.peerId)?.status).toBe('online') }, PATIENCE)

    const local = await ada.services.invitation.invite(ben.peerId)

    expect(await local.outcome).toMatchObject({ state: 'refused', reason: 'busy' })
  })

  it('listens where it is told to, and lets in many from one address at a time', async () => {
    const callee = await start({ listen: [LOOPBACK] })
    const callers = await Promise.all(Array.from({ length: 8 }, async () => start({ presence: { status: 'busy' } })))

    await Promise.all(callers.map(async caller => caller.dial(callee.getMultiaddrs())))
    await vi.waitFor(() => { expect(callee.services.presence.list().map(({ status }) => status)).toEqual(callers.map(() => 'busy')) }, PATIENCE)
  })

  it('is made of parts that can be added to', async () => {
    const options = { transports: [memory()], libp2p: { services: { ping: ping() } } }
    const [ada, ben] = [await start({ ...options, listen: ['/memory/ada'] }), await start(options)]

    expect(await ben.services.ping.ping(ada.getMultiaddrs())).toBeGreaterThanOrEqual(0)
    expect(ben.services.reachability.isReachable).toBe(false)
  })

  it('is made of parts that can be replaced', async () => {
    const datastore = new MemoryDatastore()
    const peer = await start({
      identity: { datastore: new MemoryDatastore() },
      libp2p: {
        datastore,
        transports: [memory(), circuitRelayTransport()],
        nodeInfo: { userAgent: 'mine/1' },
        addresses: { announce: ['/memory/announced'] },
        services: { invitation: (components: { nodeInfo: NodeInfo }) => `of ${components.nodeInfo.userAgent}` }
      }
    })
    const invitation: string = peer.services.invitation

    expect(invitation).toBe('of mine/1')
    expect(peer.services.presence.status).toBe('online')
    expect(peer.getMultiaddrs().map(String)).toEqual([`/memory/announced/p2p/${peer.peerId.toString()}`])
    expect(await keysIn(datastore)).not.toEqual([])
    await expect(start({ listen: [LOOPBACK], libp2p: { transports: [memory(), circuitRelayTransport()] } })).rejects.toMatchObject({ name: 'UnsupportedListenAddressesError' })
  })

  it('can be started again after it was stopped, where nothing was held', async () => {
    const peer = await start({ listen: [LOOPBACK] })

    await peer.stop()
    await peer.start()

    expect(peer.getMultiaddrs()).toHaveLength(1)
  })
})

describe('the identity of a peer', () => {
  it('is a device of the browser, which has its datastore, until the peer is stopped', async () => {
    const browser = new StandInBrowser()
    const [first, second] = [await start({}, browser.openTab()), await start({}, browser.openTab())]
    const database = browser.databases.get('libp2p-invitation/device/0')!

    expect([first, second].map(({ services: { identity } }) => [identity.isKept, identity.device, identity.reason])).toEqual([[true, 0, undefined], [true, 1, undefined]])
    expect(first.peerId.equals(second.peerId)).toBe(false)
    expect(await keysIn(database)).toContainEqual(expect.stringContaining('/peers/'))

    await first.stop()

    expect([database.isOpen, browser.locks]).toEqual([false, ['libp2p-invitation/device/1']])
    expect((await start({}, browser.openTab())).peerId.equals(first.peerId)).toBe(true)
    await expect(first.start()).rejects.toMatchObject({ name: 'ReleasedError' })
  })

  it('is a new one each time in Node, and says why', async () => {
    const [one, other] = [await start(), await start()]

    expect(one.peerId.equals(other.peerId)).toBe(false)
    expect(one.services.identity.isKept).toBe(false)
    expect(one.services.identity.reason?.message).toBe('there is no IndexedDB here to keep a key in')
  })

  it('is kept in a datastore of the app, which stays open', async () => {
    const datastore = new MemoryDatastore()
    const before = await start({ identity: { datastore } })

    await before.stop()

    const after = await start({ identity: { datastore } })

    expect(after.peerId.equals(before.peerId)).toBe(true)
    expect([after.services.identity.isKept, after.services.identity.device]).toEqual([true, undefined])
  })

  it('is the app\'s own key, or one that is not kept, where it says so', async () => {
    const browser = new StandInBrowser()
    const privateKey = await generateKeyPair('Ed25519')
    const own = await start({ privateKey }, browser.openTab())
    const passing = await start({ identity: false }, browser.openTab())

    expect(own.peerId.publicKey?.equals(privateKey.publicKey)).toBe(true)
    expect(passing.peerId.equals(own.peerId)).toBe(false)
    expect([own, passing].map(({ services: { identity } }) => [identity.isKept, identity.device, identity.reason])).toEqual([[false, undefined, undefined], [false, undefined, undefined]])
    expect([browser.locks, browser.databases.size]).toEqual([[], 0])
    await expect(start({ privateKey, identity: {} })).rejects.toMatchObject({ name: 'InvalidArgumentError' })
  })
})

describe('a peer that cannot be', () => {
  it.each<[string, PeerInit]>([
    ['a relay that is no address', { relays: ['relay.example.org'] }],
    ['a relay without its id', { relays: ['/ip4/127.0.0.1/tcp/4002/ws'] }],
    ['no address to listen on', { listen: ['0.0.0.0:4002'] }]
  ])('is refused before anything is opened: %s', async (_, init) => {
    const browser = new StandInBrowser()

    await expect(start(init, browser.openTab())).rejects.toMatchObject({ name: 'InvalidArgumentError' })
    expect(browser.databases.size).toBe(0)
  })

  it.each<[string, PeerInit]>([
    ['a room without a name', { rooms: [''] }],
    ['data that is too large', { presence: { data: new Uint8Array(1_025) } }],
    ['a policy that is none', { invitation: { policy: { glare: 'maybe' as 'ring' } } }],
    ['as many relays at a time as none has', { reachability: { held: 0 } }]
  ])('is refused, and holds nothing: %s', async (_, init) => {
    const browser = new StandInBrowser()

    await expect(start(init, browser.openTab())).rejects.toMatchObject({ name: expect.stringMatching(/InvalidArgumentError|PayloadTooLargeError/) as string })
    expect(browser.locks).toEqual([])
  })

  it('stops what was started, and holds nothing, if it cannot start', async () => {
    const browser = new StandInBrowser()
    const stopped = vi.fn<() => void>()
    const failing = { start: () => { throw new Error('failed') }, stop: stopped }

    await expect(start({ listen: [LOOPBACK], libp2p: { services: { failing: () => failing } } }, browser.openTab())).rejects.toThrow('failed')
    expect(stopped).toHaveBeenCalledOnce()
    expect(browser.locks).toEqual([])
    expect(browser.databases.get('libp2p-invitation/device/0')!.isOpen).toBe(false)
  })

  it('holds nothing if it cannot listen', async () => {
    const browser = new StandInBrowser()
    const taken = createServer().listen(0, '127.0.0.1')

    await once(taken, 'listening')

    const { port } = taken.address() as AddressInfo

    await expect(start({ listen: [`/ip4/127.0.0.1/tcp/${port}/ws`] }, browser.openTab())).rejects.toMatchObject({ name: 'UnsupportedListenAddressesError' })
    taken.close()
    expect(browser.locks).toEqual([])
  })

  it('can be given up, and holds nothing then', async () => {
    const browser = new StandInBrowser()
    const giveUp = new AbortController()
    const late = { start: () => { giveUp.abort() }, stop: vi.fn<() => void>() }

    await expect(start({ signal: AbortSignal.abort() }, browser.openTab())).rejects.toMatchObject({ name: 'AbortError' })
    expect(browser.databases.size).toBe(0)
    await expect(start({ signal: giveUp.signal, libp2p: { services: { late: () => late } } }, browser.openTab())).rejects.toMatchObject({ name: 'AbortError' })
    expect(late.stop).toHaveBeenCalledOnce()
    expect(browser.locks).toEqual([])
  })
})
