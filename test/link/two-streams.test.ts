import type { PeerId, Stream } from '@libp2p/interface'
import { compare } from 'uint8arrays/compare'
import { describe, expect, it, vi } from 'vitest'
import { links } from '../../src/link/index.ts'
import type { Link } from '../../src/link/index.ts'
import { encodeFrames } from '../../src/wire/index.ts'
import { microtasks, turn } from '../environment/event-loop.ts'
import { HandMovedEnvironment } from '../environment/hand-moved-environment.ts'
import { RecordingListener } from './recording-listener.ts'
import { named, never, newPeerId, stubComponents, stubConnection } from './stub-components.ts'
import type { StubConnection, StubComponents } from './stub-components.ts'
import { word } from './words.ts'

interface Scene {
  components: StubComponents
  environment: HandMovedEnvironment
  listener: RecordingListener
  link: Link
  connection: StubConnection
  /** The peer opens a stream, on the same connection unless another is given; where its end of it is in `remotes`. */
  peerOpens: (on?: StubConnection) => Promise<number>
  stop: () => Promise<void>
  /** This stream comes in at once, as one that the peer opened. */
  comesIn: (stream: Stream, on?: StubConnection) => void
  /** At which of the peer's ends this word arrives. */
  arrivesAt: (number: number) => Promise<number>
}

/** A link to a peer with a higher, or lower, id, on a connection that is open. */
async function scene (ours: 'lower' | 'higher'): Promise<Scene> {
  const stub = await stubComponents()
  const ids: PeerId[] = [stub.peerId, await newPeerId()]

  ids.sort((one, other) => compare(one.toMultihash().bytes, other.toMultihash().bytes))

  const [peerId, peer] = ours === 'lower' ? ids : ids.toReversed()
  const components = { ...stub, peerId: peerId! }
  const environment = new HandMovedEnvironment()
  const listener = new RecordingListener()
  const connection = stubConnection(peer!)
  const all = links({ listener })(components, environment)
  const link = all.to(peer!)

  components.connections.push(connection)
  await all.start()

  const comesIn: Scene['comesIn'] = (stream, on = connection) => {
    void components.handlers.values().next().value!(Object.assign(stream, { direction: 'inbound' }), on)
  }
  const ends = (): number[] => connection.remotes.map(({ readBufferLength }) => readBufferLength)

  return {
    components,
    environment,
    listener,
    link,
    connection,
    stop: async () => { await all.stop() },
    comesIn,
    peerOpens: async (on = connection) => {
      comesIn(await connection.newStream('its own'), on)

      return connection.remotes.length - 1
    },
    arrivesAt: async (number) => {
      const before = ends()

      link.say([word(number)])
      await vi.waitFor(() => { expect(ends()).not.toEqual(before) })

      return ends().findIndex((bytes, index) => bytes !== before[index])
    }
  }
}

/** The stream of ours stands. */
async function opened (ours: 'lower' | 'higher'): Promise<Scene> {
  const stands = await scene(ours)

  stands.link.setOwed(true)
  await vi.waitFor(() => { expect(stands.link.isUp).toBe(true) })

  return stands
}

describe('when both peers opened a stream at once', () => {
  it('the lower one keeps writing to its own', async () => {
    const { peerOpens, arrivesAt, listener } = await opened('lower')

    await peerOpens()
    expect(await arrivesAt(1)).toBe(0)
    expect(listener.ups).toBe(1)
  })

  it('the lower one turns to its own although the other came first, and need not say anything again', async () => {
    const { peerOpens, arrivesAt, listener, connection, link } = await scene('lower')
    const late = Promise.withResolvers<Stream>()

    connection.newStream.mockReturnValueOnce(late.promise)
    link.setOwed(true)
    await vi.waitFor(() => { expect(connection.newStream).toHaveBeenCalledTimes(1) })
    expect(await peerOpens()).toBe(0)
    expect(listener.ups).toBe(1)
    late.resolve(await connection.newStream('ours'))
    await turn()
    expect(await arrivesAt(1)).toBe(1)
    expect(listener.ups).toBe(1)
  })

  it('the lower one says everything again when the other that it left is reset', async () => {
    const { peerOpens, arrivesAt, listener, connection, link } = await scene('lower')
    const late = Promise.withResolvers<Stream>()

    connection.newStream.mockReturnValueOnce(late.promise)
    link.setOwed(true)
    await vi.waitFor(() => { expect(connection.newStream).toHaveBeenCalledTimes(1) })
    await peerOpens()
    late.resolve(await connection.newStream('ours'))
    await turn()
    connection.remotes[0]!.abort(new Error('not wanted any more'))

    await vi.waitFor(() => { expect(listener.calls).toEqual(['up', 'up']) })
    expect(await arrivesAt(1)).toBe(1)
  })

  it('the lower one says everything again when its own stream comes up on another connection', async () => {
    const { peerOpens, arrivesAt, listener, connection, link } = await scene('lower')
    const late = Promise.withResolvers<Stream>()

    connection.newStream.mockReturnValueOnce(late.promise)
    link.setOwed(true)
    await vi.waitFor(() => { expect(connection.newStream).toHaveBeenCalledTimes(1) })
    await peerOpens(stubConnection(connection.remotePeer))
    late.resolve(await connection.newStream('ours'))

    await vi.waitFor(() => { expect(listener.calls).toEqual(['up', 'up']) })
    expect(await arrivesAt(1)).toBe(1)
  })

  it('the higher one turns to the other, and says again what is unanswered', async () => {
    const { peerOpens, arrivesAt, listener } = await opened('higher')

    expect(await peerOpens()).toBe(1)
    expect(await arrivesAt(1)).toBe(1)
    expect(listener.calls).toEqual(['up', 'up'])
  })

  it('the higher one stays with the other that came first', async () => {
    const { peerOpens, arrivesAt, listener, link, connection } = await scene('higher')
    const late = Promise.withResolvers<Stream>()

    connection.newStream.mockReturnValueOnce(late.promise)
    link.setOwed(true)
    await vi.waitFor(() => { expect(connection.newStream).toHaveBeenCalledTimes(1) })
    expect(await peerOpens()).toBe(0)
    late.resolve(await connection.newStream('ours'))
    await turn()
    expect(await arrivesAt(1)).toBe(0)
    expect(listener.ups).toBe(1)
  })

  // one chunk of bytes may bring both: that ours is open, and the other's
  it.each(['lower', 'higher'] as const)('to see whether the other is there, the %s one turns to that of the lower one, whichever comes some microtasks before the other', async ours => {
    const own = 1
    const theirs = 2
    const writtenTo = new Set<number>()

    for (let count = 0; count < 12; count++) {
      const { comesIn, arrivesAt, listener, connection, components } = await opened(ours)
      const late = Promise.withResolvers<Stream>()

      connection.remotes[0]!.send(encodeFrames([word(1)]))
      await vi.waitFor(() => { expect(listener.words).toHaveLength(1) })
      connection.newStream.mockReturnValueOnce(late.promise)
      components.events.safeDispatchEvent('connection:close', { detail: stubConnection(connection.remotePeer) })
      await vi.waitFor(() => { expect(connection.newStream).toHaveBeenCalledTimes(2) })

      const [stream, incoming] = [await connection.newStream('ours'), await connection.newStream('its own')]

      late.resolve(stream)
      await microtasks(count)

      comesIn(incoming)
      await turn()

      const writes = await arrivesAt(1)

      // ours may have been given up before it was known to be open: the other side hears that it was reset
      expect(writes, `${count} microtasks`).toBe(ours === 'lower' && stream.status === 'open' ? own : theirs)
      writtenTo.add(writes)
    }

    expect(writtenTo).toEqual(new Set(ours === 'lower' ? [own, theirs] : [theirs]))
  })
})

describe('a link whose peer opens a stream although one stands', () => {
  it('takes that one for lost, if the peer ever spoke on it', async () => {
    const { peerOpens, arrivesAt, listener, connection } = await opened('lower')

    connection.remotes[0]!.send(encodeFrames([word(1)]))
    await vi.waitFor(() => { expect(listener.words).toHaveLength(1) })

    expect(await peerOpens()).toBe(1)
    expect(listener.calls).toEqual(['up', 'heard', 'up'])
    expect(await arrivesAt(1)).toBe(1)
  })

  it('takes that one for lost, if the peer opened it itself', async () => {
    const { peerOpens, arrivesAt, listener } = await scene('lower')

    await peerOpens()
    expect(await peerOpens()).toBe(1)
    expect(listener.ups).toBe(2)
    expect(await arrivesAt(1)).toBe(1)
  })

  it('takes that one for lost, if it is the second time', async () => {
    const { peerOpens, arrivesAt, listener } = await opened('lower')

    await peerOpens()
    expect(listener.ups).toBe(1)
    expect(await peerOpens()).toBe(2)
    expect(listener.ups).toBe(2)
    expect(await arrivesAt(1)).toBe(2)
  })

  it('reads both', async () => {
    const { peerOpens, listener, connection } = await opened('higher')

    await peerOpens()
    connection.remotes[0]!.send(encodeFrames([word(1)]))
    connection.remotes[1]!.send(encodeFrames([word(2)]))

    await vi.waitFor(() => { expect(listener.words).toHaveLength(2) })
    expect(listener.words).toEqual(expect.arrayContaining([word(1), word(2)]))
  })

  it('writes to the other when the one ends, and says again what is unanswered', async () => {
    const { peerOpens, arrivesAt, listener, connection } = await opened('higher')

    await peerOpens()
    connection.remotes[1]!.abort(new Error('cut'))
    await vi.waitFor(() => { expect(listener.calls).toEqual(['up', 'up', 'up']) })
    expect(await arrivesAt(1)).toBe(0)
  })
})

describe('whether the peer is there', () => {
  it('is not shown by what it says on another connection than the one that is written to', async () => {
    const { peerOpens, listener, link, connection, environment } = await opened('lower')
    const other = await peerOpens(stubConnection(connection.remotePeer))

    link.say([word(1)], { answered: true })
    connection.remotes[other]!.send(encodeFrames([word(2)]))
    await vi.waitFor(() => { expect(listener.words).toHaveLength(1) })
    await environment.pass(3_000)

    await vi.waitFor(() => { expect(listener.ups).toBe(2) })
  })

  it('is shown by a byte that comes while a new stream verifies it, and nothing is replaced', async () => {
    const { listener, link, connection, environment } = await opened('lower')

    connection.newStream.mockImplementation(async (_, options) => await never(options?.signal))
    link.say([word(1)], { answered: true })
    await environment.pass(4_000)
    expect(connection.newStream).toHaveBeenCalledTimes(2)
    connection.remotes[0]!.send(encodeFrames([word(2)]))
    await vi.waitFor(() => { expect(listener.words).toHaveLength(1) })
    await environment.pass(10_000)

    expect(listener.calls).toEqual(['up', 'heard'])
  })

  it('is shown by a stream that it opens on a connection that was under suspicion', async () => {
    const { components, peerOpens, listener, link, connection, environment } = await opened('lower')
    const { openConnection } = components.connectionManager

    openConnection.mockImplementation(async (_, options) => await never(options?.signal))
    connection.newStream.mockRejectedValueOnce(named('TimeoutError'))
    link.say([word(1)], { answered: true })
    await environment.pass(3_000)
    await vi.waitFor(() => { expect(openConnection).toHaveBeenCalledTimes(1) })
    expect(link.isUp).toBe(false)

    await peerOpens()
    expect(link.isUp).toBe(true)
    connection.remotes.at(-1)!.abort(new Error('cut'))
    link.setOwed(false)
    await vi.waitFor(() => { expect(link.isUp).toBe(false) })
    link.setOwed(true)
    await vi.waitFor(() => { expect(link.isUp).toBe(true) })

    expect(openConnection).toHaveBeenCalledTimes(1)
    expect(listener.failures).toEqual([])
  })

  // both may come about in one turn of the event loop
  it('is of no interest any more when all links are stopped: the stream that verifies it is reset, whichever comes some microtasks before the other', async () => {
    for (let count = 0; count < 12; count++) {
      const { stop, connection, components, environment } = await opened('lower')
      const late = Promise.withResolvers<Stream>()

      connection.newStream.mockReturnValueOnce(late.promise)
      components.events.safeDispatchEvent('connection:close', { detail: stubConnection(connection.remotePeer) })
      await vi.waitFor(() => { expect(connection.newStream).toHaveBeenCalledTimes(2) })

      const stream = await connection.newStream('ours')

      late.resolve(stream)
      await microtasks(count)

      const stopped = stop()

      await environment.pass(2_000)
      await stopped
      expect(stream.status, `${count} microtasks`).toBe('aborted')
      expect(environment.pendingTimers).toBe(0)
    }
  })

  it('is not shown when the protocol is gone, but then the connection is not to blame', async () => {
    const { components, listener, link, connection, environment } = await opened('lower')

    connection.newStream.mockRejectedValue(named('UnsupportedProtocolError'))
    link.say([word(1)], { answered: true })
    await environment.pass(3_000)
    await vi.waitFor(() => { expect(listener.calls).toEqual(['up', 'down', 'failed']) })

    expect(listener.failures[0]!.name).toBe('UnsupportedProtocolError')
    expect(components.connectionManager.openConnection).not.toHaveBeenCalled()
    expect(connection.abort).not.toHaveBeenCalled()
  })
})
