import { generateKeyPair } from '@libp2p/crypto/keys'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { HOP_TIME, MAX_PENDING_HOPS, Status } from '../../src/relay/constants.ts'
import { Attacker, flood, openSockets } from './attacker.ts'
import { eventually, startClient, startRelay, stopClient, throughRelay } from './nodes.ts'
import type { Connection, Stream } from '@libp2p/interface'
import type { Relay } from '../../src/relay/index.ts'

const ECHO = '/echo/1.0.0'

/** More than all windows on the way hold, bytes. */
const MUCH = 6 * 2 ** 20

/** Of a stream to begin with, bytes; those of a usual peer grow. */
const WINDOW = 2 ** 18

/** Its time is the test's to move; its date has to be that of the peers, who read when a reservation ends. */
const environmentOfToday = (): HandMovedEnvironment => new HandMovedEnvironment(1, Date.now())

async function refusals (registry: Registry): Promise<Record<string, number>> {
  const { values } = await registry.getSingleMetric('libp2p_invitation_relay_refused_total')!.get()

  return Object.fromEntries(values.map(({ labels, value }) => [labels['reason'], value]))
}

/** A connection by way of a relay to a peer that says again what it hears. */
async function connectThrough (relay: Relay): Promise<Connection> {
  const callee = await startClient({ relay: relay.addresses[0] })
  const caller = await startClient()

  await callee.handle(ECHO, stream => { stream.addEventListener('message', ({ data }) => { stream.send(data) }) }, { runOnLimitedConnection: true })

  return await caller.dial(throughRelay(relay.addresses[0]!, callee.peerId))
}

describe('what a relay lets others take', { timeout: 120_000 }, () => {
  it('is so many connections of one peer: for one more, its oldest is cut', async () => {
    const registry = new Registry()
    const relay = await startRelay({ limits: { connectionsPerPeer: 2 }, registry })
    const client = await startClient()
    const connections: Connection[] = []

    for (let i = 0; i < 4; i++) {
      connections.push(await client.dial(relay.addresses[0]!, { force: true }))
    }

    await eventually(() => { expect(connections.map(({ status }) => status === 'open')).toEqual([false, false, true, true]) })
    expect(relay.status()).toMatchObject({ connections: 2, peers: 1 })
    expect(await refusals(registry)).toMatchObject({ 'connections-per-peer': 2 })
  })

  it('is so many connections from one address', async () => {
    const registry = new Registry()
    const relay = await startRelay({ limits: { connectionsPerAddress: 2 }, registry })

    const clients = [await startClient(), await startClient(), await startClient()] as const

    await clients[0].dial(relay.addresses[0]!)
    await clients[1].dial(relay.addresses[0]!)
    await expect(clients[2].dial(relay.addresses[0]!)).rejects.toBeDefined()
    expect(await refusals(registry)).toEqual({ 'connections-per-address': 1 })

    await stopClient(clients[0])
    await eventually(async () => { await clients[2].dial(relay.addresses[0]!) })
  })

  it('is so many connections in all', async () => {
    const registry = new Registry()
    const relay = await startRelay({ limits: { connections: 1 }, registry })

    await (await startClient()).dial(relay.addresses[0]!)
    await expect((await startClient()).dial(relay.addresses[0]!)).rejects.toBeDefined()
    expect(await refusals(registry)).toEqual({ connections: 1 })
  })

  it('is so many new connections a second from one address', async () => {
    const registry = new Registry()
    const environment = environmentOfToday()
    const relay = await startRelay({ limits: { connectionRate: 3 }, registry }, environment)
    const sockets = openSockets(relay.addresses[0]!, 5, '')

    await eventually(async () => { expect(await refusals(registry)).toEqual({ 'connection-rate': 2 }) })
    environment.advance(1_000)
    await (await startClient()).dial(relay.addresses[0]!)
    await eventually(() => { expect(relay.status().connections).toBe(1) })
    environment.advance(10_000)
    await sockets
    expect(await refusals(registry)).toEqual({ 'connection-rate': 2, 'no-connection': 3 })
  })

  it('is so many reservations; one is free again when its peer is gone', async () => {
    const relay = await startRelay({ limits: { reservations: 1 } })
    const [relayAddress] = relay.addresses
    const holder = await startClient({ relay: relayAddress })

    await expect(startClient({ relay: relayAddress })).rejects.toThrow('RESERVATION_REFUSED')
    await stopClient(holder)
    await eventually(() => { expect(relay.status().reservations).toBe(0) })
    await startClient({ relay: relayAddress })
  })

  it('is a reservation that stays while another connection of its peer does', async () => {
    const relay = await startRelay()
    const client = await startClient({ relay: relay.addresses[0], privateKey: await generateKeyPair('Ed25519') })
    const [first] = client.getConnections(relay.peerId)

    await client.dial(relay.addresses[0]!, { force: true })
    await first!.close()
    await eventually(() => { expect(relay.status().connections).toBe(1) })
    expect(relay.status().reservations).toBe(1)
  })

  it('is a reservation for so long', async () => {
    const environment = environmentOfToday()
    const relay = await startRelay({ limits: { reservationTime: 60_000 } }, environment)
    const callee = await startClient({ relay: relay.addresses[0] })
    const caller = await startClient()

    environment.advance(60_000)
    await expect(caller.dial(throughRelay(relay.addresses[0]!, callee.peerId))).rejects.toThrow('NO_RESERVATION')
  })

  it('is a relayed connection for so long, of which the peers are told in seconds', async () => {
    const environment = environmentOfToday()
    const relay = await startRelay({ limits: { relayedTime: 90_000 } }, environment)
    const connection = await connectThrough(relay)

    expect(connection.limits?.seconds).toBeGreaterThan(60)
    expect(connection.limits?.seconds).toBeLessThanOrEqual(90)
    environment.advance(89_999)
    expect(relay.status().relayed).toBe(1)
    environment.advance(1)
    await eventually(() => { expect(connection.status).not.toBe('open') })
    expect(relay.status().relayed).toBe(0)
  })

  it('is so many bytes on a relayed connection', async () => {
    const relay = await startRelay({ limits: { relayedBytes: 65_536 } })
    const connection = await connectThrough(relay)
    const stream = await connection.newStream(ECHO, { runOnLimitedConnection: true })

    stream.send(new Uint8Array(50_000))
    await eventually(() => { expect(connection.status).not.toBe('open') })
    await eventually(() => { expect(relay.status().relayed).toBe(0) })
  })

  it('is so many relayed connections of one peer at a time, those that are over not counted', async () => {
    const relay = await startRelay({ limits: { relayedPerPeer: 1 } })
    const callee = await startClient({ relay: relay.addresses[0] })
    const address = throughRelay(relay.addresses[0]!, callee.peerId)
    const connection = await (await startClient()).dial(address)

    await expect((await startClient()).dial(address)).rejects.toThrow('RESOURCE_LIMIT_EXCEEDED')
    await connection.close()
    await eventually(() => { expect(relay.status().relayed).toBe(0) })
    await (await startClient()).dial(address)
  })

  it('is not less for a side that reads slowly: it gets everything, in time', async () => {
    const relay = await startRelay()
    const [caller, callee] = [await Attacker.start(), await Attacker.start()]
    const { promise, resolve } = Promise.withResolvers<Stream>()

    try {
      await callee.takeCalls(resolve)
      await callee.reserve(await callee.connect(relay.addresses[0]!))

      const connection = await caller.connect(relay.addresses[0]!)
      const { stream } = await caller.call(connection, callee.peerId)
      const taken = await promise
      let received = 0

      flood(stream, MUCH)
      await eventually(() => { expect(taken.readBufferLength).toBeGreaterThanOrEqual(WINDOW) })

      // for each the relay could have taken another window of it
      for (let roundTrips = MUCH / WINDOW; roundTrips > 0; roundTrips--) {
        await caller.reserve(connection)
      }

      expect(stream.writeBufferLength).toBeGreaterThan(MUCH / 2)
      taken.addEventListener('message', ({ data }) => { received += data.byteLength })
      taken.resume()
      await eventually(() => { expect(received).toBe(MUCH) })
    } finally {
      await caller.stop()
      await callee.stop()
    }
  })

  it('is a stream for its request, and no longer than 10 s after it was refused', async () => {
    const environment = environmentOfToday()
    const relay = await startRelay({ limits: { relayedPerPeer: 1 } }, environment)
    const attacker = await Attacker.start()

    try {
      const connection = await attacker.connect(relay.addresses[0]!)

      for (let left = 1 + MAX_PENDING_HOPS; left > 0; left--) {
        expect(await attacker.call(connection, attacker.peerId)).toMatchObject({ status: Status.NO_RESERVATION })
      }

      await expect(attacker.reserve(connection)).rejects.toBeDefined()
      environment.advance(HOP_TIME)
      await eventually(async () => { expect(await attacker.reserve(connection)).toBe(Status.OK) })
    } finally {
      await attacker.stop()
    }
  })
})
