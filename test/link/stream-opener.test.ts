import type { PeerId, Stream } from '@libp2p/interface'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Dialer } from '../../src/link/dialer.ts'
import { StreamOpener } from '../../src/link/stream-opener.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { named, never, newPeerId, stubComponents, stubConnection } from './stub-components.ts'
import type { StubComponents } from './stub-components.ts'

let components: StubComponents
let environment: HandMovedEnvironment
let opener: StreamOpener
let peer: PeerId
let controller: AbortController

beforeEach(async () => {
  components = await stubComponents()
  environment = new HandMovedEnvironment()
  opener = new StreamOpener(components.connectionManager, new Dialer(components), environment, '/test')
  peer = await newPeerId()
  controller = new AbortController()
})

describe('opening a stream', () => {
  it('uses an open connection and does not dial', async () => {
    const connection = stubConnection(peer)

    components.connections.push(connection)

    const opened = await opener.open(peer, controller.signal)

    expect(opened.connection).toBe(connection)
    expect(connection.newStream).toHaveBeenCalledWith('/test', expect.objectContaining({ runOnLimitedConnection: true }))
    expect(components.connectionManager.openConnection).not.toHaveBeenCalled()
    expect(environment.pendingTimers).toBe(0)
  })

  it('uses a limited connection rather than to dial', async () => {
    const connection = stubConnection(peer, { limits: { seconds: 120 } })

    components.connections.push(connection)

    expect((await opener.open(peer, controller.signal)).connection).toBe(connection)
    expect(components.connectionManager.openConnection).not.toHaveBeenCalled()
  })

  it('dials when there is no connection', async () => {
    const connection = stubConnection(peer)

    components.connectionManager.openConnection.mockResolvedValue(connection)

    expect((await opener.open(peer, controller.signal)).connection).toBe(connection)
    expect(components.connectionManager.openConnection).toHaveBeenCalledWith(peer, expect.objectContaining({ force: false }))
  })

  for (const name of ['ConnectionClosedError', 'MuxerClosedError', 'StreamStateError']) {
    it(`tries at once a second time when the connection that libp2p lists is stale (${name})`, async () => {
      const stale = stubConnection(peer)
      const fresh = stubConnection(peer)

      components.connections.push(stale)
      stale.newStream.mockRejectedValue(named(name))
      components.connectionManager.openConnection.mockResolvedValue(fresh)

      expect((await opener.open(peer, controller.signal)).connection).toBe(fresh)
      expect(stale.newStream).toHaveBeenCalledTimes(1)
      // libp2p would hand out the stale one again
      expect(components.connectionManager.openConnection).toHaveBeenCalledWith(peer, expect.objectContaining({ force: true }))
    })
  }

  it('tries another open connection before it dials', async () => {
    const stale = stubConnection(peer, { timeline: { open: 2 } })
    const other = stubConnection(peer, { timeline: { open: 1 } })

    components.connections.push(stale, other)
    stale.newStream.mockRejectedValue(named('ConnectionClosedError'))

    expect((await opener.open(peer, controller.signal)).connection).toBe(other)
    expect(components.connectionManager.openConnection).not.toHaveBeenCalled()
  })

  it('gives an open connection that does not answer 4 s, then makes a new one and aborts the old', async () => {
    const silent = stubConnection(peer)
    const fresh = stubConnection(peer)

    components.connections.push(silent)
    silent.newStream.mockImplementation(async (_, options) => await never(options?.signal))
    components.connectionManager.openConnection.mockImplementation(async () => {
      components.connections.push(fresh)

      return fresh
    })

    const opened = opener.open(peer, controller.signal)

    await environment.pass(3_999)
    expect(components.connectionManager.openConnection).not.toHaveBeenCalled()
    await environment.pass(1)

    expect((await opened).connection).toBe(fresh)
    expect(silent.abort).toHaveBeenCalledTimes(1)
    expect(fresh.abort).not.toHaveBeenCalled()
  })

  it('leaves a connection alone on which the peer answered, whatever it answered', async () => {
    const connection = stubConnection(peer)

    components.connections.push(connection)
    connection.newStream.mockRejectedValue(named('UnsupportedProtocolError'))

    await expect(opener.open(peer, controller.signal)).rejects.toMatchObject({ name: 'UnsupportedProtocolError' })
    expect(components.connectionManager.openConnection).not.toHaveBeenCalled()
    expect(connection.abort).not.toHaveBeenCalled()
  })

  it('comes back to a suspected connection when no other can be made, and trusts it when it works', async () => {
    const only = stubConnection(peer)

    components.connections.push(only)
    opener.suspect(only)

    expect((await opener.open(peer, controller.signal)).connection).toBe(only)
    expect(components.connectionManager.openConnection).toHaveBeenCalledTimes(1)
    expect(only.abort).not.toHaveBeenCalled()

    await opener.open(peer, controller.signal)
    expect(components.connectionManager.openConnection).toHaveBeenCalledTimes(1)
  })

  it('takes the connection that the peer makes while the dial hangs', async () => {
    const arriving = stubConnection(peer)
    const other = stubConnection(await newPeerId())

    components.connectionManager.openConnection.mockImplementation(async (_, options) => await never(options?.signal))

    const opened = opener.open(peer, controller.signal)

    await environment.pass(10)
    components.events.safeDispatchEvent('connection:open', { detail: other })
    components.events.safeDispatchEvent('connection:open', { detail: arriving })

    expect((await opened).connection).toBe(arriving)
    expect(components.events.listenerCount('connection:open')).toBe(0)
    // the dial is told to stop by whoever asked for the stream
    expect(environment.pendingTimers).toBe(0)
  })

  it('gives up after 10 s in all', async () => {
    const signals: AbortSignal[] = []

    components.connectionManager.openConnection.mockImplementation(async (_, options) => {
      signals.push(options!.signal!)

      return await never(options?.signal)
    })

    const outcome = Promise.allSettled([opener.open(peer, controller.signal)])

    await environment.pass(9_999)
    expect(signals[0]!.aborted).toBe(false)
    await environment.pass(1)
    expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: 'TimeoutError' } }])
    expect(environment.pendingTimers).toBe(0)
    expect(components.events.listenerCount('connection:open')).toBe(0)
  })

  it('gives up when the signal aborts', async () => {
    const connection = stubConnection(peer)

    components.connections.push(connection)
    connection.newStream.mockImplementation(async (_, options) => await never(options?.signal))

    const outcome = Promise.allSettled([opener.open(peer, controller.signal)])

    await environment.pass(10)
    controller.abort()
    expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }])
    expect(components.connectionManager.openConnection).not.toHaveBeenCalled()
    expect(environment.pendingTimers).toBe(0)
  })

  it('makes an error of what a transport throws that is none', async () => {
    components.connectionManager.openConnection.mockRejectedValue(new Event('error'))

    await expect(opener.open(peer, controller.signal)).rejects.toMatchObject({ name: 'TransportError' })
  })

  it('opens none before what is under way in this turn of the event loop is over', async () => {
    const connection = stubConnection(peer)
    const opened = opener.openOn(connection, 2_000, controller.signal)

    await Promise.resolve()
    expect(connection.newStream).not.toHaveBeenCalled()
    await opened
    expect(connection.newStream).toHaveBeenCalledTimes(1)
  })

  it('leaves no stream behind that comes when none is wanted any more', async () => {
    const connection = stubConnection(peer)
    const { promise, resolve } = Promise.withResolvers<Stream>()
    const late = await connection.newStream('')

    connection.newStream.mockReturnValue(promise)

    const outcome = Promise.allSettled([opener.openOn(connection, 2_000, controller.signal)])

    await vi.waitFor(() => { expect(connection.newStream).toHaveBeenCalledTimes(2) })
    controller.abort()
    resolve(late)
    expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }])
    expect(late.status).toBe('aborted')
  })

  it('does not open on one certain connection past its limit', async () => {
    const connection = stubConnection(peer)

    connection.newStream.mockImplementation(async (_, options) => await never(options?.signal))

    const outcome = Promise.allSettled([opener.openOn(connection, 2_000, controller.signal)])

    await environment.pass(2_000)
    expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: 'TimeoutError' } }])
    expect(vi.mocked(connection.newStream)).toHaveBeenCalledTimes(1)
  })
})
