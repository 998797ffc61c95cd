import { defaultLogger } from '@libp2p/logger'
import { streamPair } from '@libp2p/utils'
import { describe, expect, it } from 'vitest'
import { Answerer } from '../../../src/presence/exchange/answerer.ts'
import { ExchangeStream } from '../../../src/presence/exchange/exchange-stream.ts'
import { createExchange } from '../../../src/presence/exchange/index.ts'
import { encodeFrame } from '../../../src/presence/exchange/message-codec.ts'
import { PeerAllowance } from '../../../src/presence/exchange/peer-allowance.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import { newPeerId, stubComponents, stubConnection } from '../../link/stub-components.ts'
import { eventually, PROTOCOL, rejection, startNode, startRawPeer, startTwo, streamsOf, TestDesk, TOPIC } from './nodes.ts'
import type { Stream } from '@libp2p/interface'
import type { ExchangeNode } from './nodes.ts'

/** Lets a node stop its exchange while time passes for it. */
async function stop ({ exchange, environment }: ExchangeNode): Promise<void> {
  const stopped = exchange.stop()

  await environment.pass(1_000)
  await stopped
}

describe('an exchange that stops', () => {
  it('closes its streams, and leaves none on either side and no timer', async () => {
    const { a, b } = await startTwo()

    await a.exchange.ask(b.peerId, { topic: TOPIC })
    await a.exchange.stop()

    expect(streamsOf(a)).toEqual([])
    expect(a.environment.pendingTimers).toBe(0)
    await eventually(() => { expect(streamsOf(b)).toEqual([]) })
    await b.environment.pass(32_000)
    expect(b.environment.pendingTimers).toBe(0)
    expect(a.exchange.handOver(TOPIC, Uint8Array.of(1))).toBe(0)
    expect(b.exchange.handOver(TOPIC, Uint8Array.of(1))).toBe(0)
  })

  it('resets after a second what the peer does not close', async () => {
    const a = await startNode()
    const peer = await startRawPeer(a)
    const stream = await peer.open()
    const stopped = a.exchange.stop()

    await a.environment.pass(999)
    expect(stream.stream.status).toBe('open')
    await a.environment.pass(1)
    await stopped
    await stream.isReset()
    expect(streamsOf(a)).toEqual([])
    expect(a.environment.pendingTimers).toBe(0)
  })

  it('tells those who wait for an answer, those who wait for their turn too', async () => {
    const { a, b } = await startTwo()
    const never = Promise.withResolvers<'same'>()

    b.desk.answers = async () => await never.promise

    const waiting = [1, 2, 3].map(async () => await rejection(a.exchange.ask(b.peerId, { topic: TOPIC })))

    await eventually(() => { expect(b.desk.questions).toHaveLength(1) })
    await stop(a)

    expect(await Promise.all(waiting)).toMatchObject([1, 2, 3].map(() => ({ name: 'NotStartedError' })))
    expect(a.environment.pendingTimers).toBe(0)
    never.resolve('same')
    await b.environment.pass(32_000)
    expect(streamsOf(b)).toEqual([])
    expect(b.environment.pendingTimers).toBe(0)
    expect(b.desk.questions).toHaveLength(1)
  })

  it('asks its desk nothing any more', async () => {
    const a = await startNode()
    const peer = await startRawPeer(a)
    const stream = await peer.open()
    const stopped = a.exchange.stop()

    stream.say({ kind: 'ask', id: 1, topic: TOPIC }, { kind: 'handover', topic: TOPIC, message: Uint8Array.of(1) })
    await a.environment.pass(1_000)
    await stopped

    expect(a.desk.questions).toEqual([])
    expect(a.desk.handed).toEqual([])
  })

  it('closes a stream in order even if its desk is busy with a question', async () => {
    const a = await startNode()
    const peer = await startRawPeer(a)
    const { stream, heard } = await peer.open()
    const late = Promise.withResolvers<'same'>()

    a.desk.answers = async () => await late.promise
    stream.send(encodeFrame({ kind: 'ask', id: 1, topic: TOPIC }))
    await eventually(() => { expect(a.desk.questions).toHaveLength(1) })

    const stopped = a.exchange.stop()

    late.resolve('same')
    await a.environment.pass(0)
    await stream.close()
    await stopped
    await eventually(() => { expect(stream.status).toBe('closed') })
    expect(heard).toEqual([])
  })

  it('takes no stream any more, and leaves no timer if one was being opened', async () => {
    const components = await stubComponents()
    const environment = new HandMovedEnvironment()
    const desk = new TestDesk()
    const exchange = createExchange(components, { protocolPrefix: 'libp2p-invitation', desk }, environment)
    const connection = stubConnection(await newPeerId())
    const opening = Promise.withResolvers<Stream>()
    const [[late, lateRemote], [refused, refusedRemote]] = await Promise.all([streamPair(), streamPair()])

    connection.newStream.mockImplementation(async () => await opening.promise)
    components.connections.push(connection)
    await exchange.start()

    const handler = components.handlers.get(PROTOCOL)
    const failed = rejection(exchange.ask(connection.remotePeer, { topic: TOPIC }))

    await environment.pass(0)
    await exchange.stop()
    opening.resolve(late)
    await handler?.(refused, connection)
    await environment.pass(0)

    expect(await failed).toMatchObject({ name: 'NotStartedError' })
    expect(lateRemote.status).toBe('reset')
    expect(refusedRemote.status).toBe('reset')
    expect(environment.pendingTimers).toBe(0)
  })

  it('answers nobody before it is started again, and then as before', async () => {
    const { a, b } = await startTwo()

    await b.exchange.stop()
    await b.exchange.stop()
    await expect(b.exchange.ask(a.peerId, { topic: TOPIC })).rejects.toMatchObject({ name: 'NotStartedError' })
    await expect(a.exchange.ask(b.peerId, { topic: TOPIC })).rejects.toMatchObject({ name: 'UnsupportedProtocolError' })

    await b.exchange.start()
    await b.exchange.start()
    expect(await a.exchange.ask(b.peerId, { topic: TOPIC })).toEqual({ entries: Uint8Array.of(1, 2, 3) })
    expect(await b.exchange.ask(a.peerId, { topic: TOPIC })).toEqual({ entries: Uint8Array.of(1, 2, 3) })
  })

  it('can be started later when its protocol was taken', async () => {
    const a = await startNode()

    await a.exchange.stop()
    await a.libp2p.handle(PROTOCOL, () => {})
    await expect(a.exchange.start()).rejects.toMatchObject({ name: 'DuplicateProtocolHandlerError' })
    await a.libp2p.unhandle(PROTOCOL)
    await a.exchange.start()

    expect(a.libp2p.getProtocols()).toContain(PROTOCOL)
  })
})

describe('a stream that ends', () => {
  it('in order on the other side is closed on this one', async () => {
    const a = await startNode()
    const peer = await startRawPeer(a)
    const stream = await peer.open()

    await stream.stream.close()
    await eventually(() => { expect(stream.stream.status).toBe('closed') })

    expect(streamsOf(a)).toEqual([])
  })

  it('in the middle of a message leaves no timer behind', async () => {
    const a = await startNode()
    const peer = await startRawPeer(a)

    for (const end of ['close', 'abort'] as const) {
      const { stream } = await peer.open()

      stream.send(Uint8Array.of(5, 1))
      await eventually(() => { expect(a.environment.pendingTimers).toBe(1) })

      if (end === 'close') {
        await stream.close()
      } else {
        stream.abort(new Error('enough'))
      }

      await eventually(() => { expect(streamsOf(a)).toEqual([]) })
      await a.environment.pass(0)
      expect(a.environment.untilNextTimer).toBe(32_000)
      await a.environment.pass(32_000)
      expect(a.environment.pendingTimers).toBe(0)
    }
  })

  it('while a question is on its way tells who asked, and the next question opens another', async () => {
    const a = await startNode()
    const peer = await startRawPeer(a)
    const failed = rejection(a.exchange.ask(peer.peerId, { topic: TOPIC }))
    const stream = await peer.takenStream()

    await stream.hears(1)
    stream.stream.abort(new Error('enough'))
    expect(await failed).toMatchObject({ name: 'StreamEndedError', cause: { name: 'StreamResetError' } })

    const next = a.exchange.ask(peer.peerId, { topic: TOPIC })

    await eventually(() => { expect(peer.taken).toHaveLength(2) })

    const second = await peer.takenStream()

    await second.hears(1)
    second.say({ kind: 'page', id: 1, outcome: 'same', entries: new Uint8Array() })
    expect(await next).toBe('same')
  })

  it('with its connection tells who asked', async () => {
    for (const end of ['close', 'abort'] as const) {
      const a = await startNode()
      const peer = await startRawPeer(a)
      const failed = rejection(a.exchange.ask(peer.peerId, { topic: TOPIC }))

      await (await peer.takenStream()).hears(1)

      if (end === 'close') {
        await peer.connection.close()
      } else {
        peer.connection.abort(new Error('cut'))
      }

      expect(await failed).toMatchObject({ name: 'StreamEndedError' })
      expect(streamsOf(a)).toEqual([])
      await a.environment.pass(32_000)
      expect(a.environment.pendingTimers).toBe(0)
    }
  })

  it('is asked nothing any more', async () => {
    const [local, remote] = await streamPair()
    const environment = new HandMovedEnvironment()
    const log = defaultLogger().forComponent('test')
    const desk = new TestDesk()
    const stream = new ExchangeStream(local, stubConnection(await newPeerId()), new PeerAllowance(0), {
      environment,
      log,
      desk,
      answerer: new Answerer(desk, environment, log),
      protocol: PROTOCOL,
      stopped: new AbortController().signal,
      connections: () => []
    })

    remote.abort(new Error('enough'))
    await stream.closed

    await expect(stream.ask({ topic: TOPIC })).rejects.toMatchObject({ name: 'StreamEndedError' })
    expect(environment.pendingTimers).toBe(0)
  })

  it('takes no answer with it that comes too late', async () => {
    const a = await startNode()
    const peer = await startRawPeer(a)
    const stream = await peer.open()
    const late = Promise.withResolvers<'same'>()

    a.desk.answers = async () => await late.promise
    stream.say({ kind: 'ask', id: 1, topic: TOPIC })
    await eventually(() => { expect(a.desk.questions).toHaveLength(1) })
    stream.stream.abort(new Error('enough'))
    await eventually(() => { expect(streamsOf(a)).toEqual([]) })
    late.resolve('same')
    await a.environment.pass(32_000)

    expect(a.environment.pendingTimers).toBe(0)
  })
})

describe('a peer that does not answer', () => {
  it('is waited for 5 s, and its stream is reset', async () => {
    const a = await startNode()
    const peer = await startRawPeer(a)
    const failed = rejection(a.exchange.ask(peer.peerId, { topic: TOPIC }))
    const stream = await peer.takenStream()

    await stream.hears(1)
    await a.environment.pass(4_999)
    expect(stream.stream.status).toBe('open')
    await a.environment.pass(1)

    expect(await failed).toMatchObject({ name: 'NotAnsweredError' })
    await stream.isReset()
    await a.environment.pass(32_000)
    expect(a.environment.pendingTimers).toBe(0)
  })

  it('loses its stream when 5 s have passed since the question, not since another that had to wait for it', async () => {
    const a = await startNode()
    const peer = await startRawPeer(a)
    const first = a.exchange.ask(peer.peerId, { topic: '1' })
    const stream = await peer.takenStream()

    await stream.hears(1)

    const second = rejection(a.exchange.ask(peer.peerId, { topic: '2' }))

    await a.environment.pass(4_000)
    stream.say({ kind: 'page', id: 1, outcome: 'same', entries: new Uint8Array() })
    expect(await first).toBe('same')
    await stream.hears(2)
    await a.environment.pass(1_000)
    expect(await second).toMatchObject({ name: 'NotAnsweredError' })
    expect(stream.stream.status).toBe('open')
    await a.environment.pass(4_000)
    await stream.isReset()
  })
})
