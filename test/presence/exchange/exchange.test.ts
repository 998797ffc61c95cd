import { describe, expect, it } from 'vitest'
import { MAX_PAGE_BYTES } from '../../../src/presence/exchange/index.ts'
import type { Answer, Question } from '../../../src/presence/exchange/index.ts'
import { turn } from '../../environment/event-loop.ts'
import { eventually, startNode, startRawPeer, startTwo, streamsOf, TOPIC } from './nodes.ts'

const DIGEST = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)

describe('a question', () => {
  it('gets the page that the other desk answers with, and all of it gets there', async () => {
    const { a, b } = await startTwo()

    b.desk.answers = async () => ({ entries: Uint8Array.of(7, 8), next: 2n ** 63n + 1n })

    expect(await a.exchange.ask(b.peerId, { topic: TOPIC, before: 12n, digest: DIGEST })).toEqual({ entries: Uint8Array.of(7, 8), next: 2n ** 63n + 1n })
    expect(await a.exchange.ask(b.peerId, { topic: 'x' })).toEqual({ entries: Uint8Array.of(7, 8), next: 2n ** 63n + 1n })
    expect(b.desk.questions).toEqual([{ topic: TOPIC, before: 12n, digest: DIGEST }, { topic: 'x' }])
    expect(a.environment.pendingTimers + b.environment.pendingTimers).toBe(0)
  })

  it('gets the largest page', async () => {
    const { a, b } = await startTwo()
    const entries = new Uint8Array(MAX_PAGE_BYTES).map((_, index) => index)

    b.desk.answers = async () => ({ entries })

    expect(await a.exchange.ask(b.peerId, { topic: TOPIC })).toEqual({ entries })
  })

  it.each<[string, Answer | undefined, object]>([
    ['the rosters are the same', 'same', { value: 'same' }],
    ['the other is not in the room', undefined, { reason: { name: 'UnknownRoomError' } }],
    ['the other desk makes a page that is too large', { entries: new Uint8Array(MAX_PAGE_BYTES + 1) }, { reason: { name: 'BusyError' } }]
  ])('hears that %s', async (_what, answer, expected) => {
    const { a, b } = await startTwo()

    b.desk.answers = async () => answer

    const [settled] = await Promise.allSettled([a.exchange.ask(b.peerId, { topic: TOPIC })])

    expect(settled).toMatchObject(expected)
  })

  it('hears that the other is busy when its desk fails, and the stream goes on', async () => {
    const { a, b } = await startTwo()

    b.desk.answers = async () => { throw new Error('no roster') }
    await expect(a.exchange.ask(b.peerId, { topic: TOPIC })).rejects.toMatchObject({ name: 'BusyError' })

    b.desk.answers = async () => 'same'
    expect(await a.exchange.ask(b.peerId, { topic: TOPIC })).toBe('same')
    expect(streamsOf(a)).toHaveLength(1)
  })

  it('goes over the stream that stands, whoever opened it', async () => {
    const { a, b } = await startTwo()

    await a.exchange.ask(b.peerId, { topic: TOPIC })
    await b.exchange.ask(a.peerId, { topic: TOPIC })
    await a.exchange.ask(b.peerId, { topic: TOPIC })

    expect(streamsOf(a)).toHaveLength(1)
    expect(streamsOf(b)).toHaveLength(1)
  })

  it('is answered while the other asks too, on the same stream', async () => {
    const { a, b } = await startTwo()

    await a.exchange.ask(b.peerId, { topic: TOPIC })

    // each answers only once it has been asked itself
    const asked = { a: Promise.withResolvers<void>(), b: Promise.withResolvers<void>() }

    a.desk.answers = async () => { asked.a.resolve(); await asked.b.promise; return 'same' }
    b.desk.answers = async () => { asked.b.resolve(); await asked.a.promise; return 'same' }

    expect(await Promise.all([a.exchange.ask(b.peerId, { topic: TOPIC }), b.exchange.ask(a.peerId, { topic: TOPIC })])).toEqual(['same', 'same'])
    expect(streamsOf(a)).toHaveLength(1)
  })

  it('waits for the one before to the same peer', async () => {
    const { a, b } = await startTwo()
    const answered: Question[] = []
    let atOnce = 0

    b.desk.answers = async (question) => {
      atOnce++
      expect(atOnce).toBe(1)
      await turn()
      atOnce--
      answered.push(question)

      return 'same'
    }

    const topics = ['1', '2', '3', '4']

    await Promise.all(topics.map(async topic => { await a.exchange.ask(b.peerId, { topic }) }))

    expect(answered.map(({ topic }) => topic)).toEqual(topics)
    expect(streamsOf(a)).toHaveLength(1)
  })

  it('is not asked of a peer that no connection stands to, and none is made', async () => {
    const [a, b] = await Promise.all([startNode(), startNode()])

    await a.libp2p.peerStore.merge(b.peerId, { multiaddrs: b.libp2p.getMultiaddrs() })

    await expect(a.exchange.ask(b.peerId, { topic: TOPIC })).rejects.toMatchObject({ name: 'NotConnectedError' })
    expect(a.libp2p.getConnections()).toEqual([])
    await a.environment.pass(32_000)
    expect(a.environment.pendingTimers).toBe(0)
  })

  it('is told by name that the peer does not speak the protocol', async () => {
    const { a, b } = await startTwo()

    await b.exchange.stop()

    await expect(a.exchange.ask(b.peerId, { topic: TOPIC })).rejects.toMatchObject({ name: 'UnsupportedProtocolError' })
  })

  it.each([['an empty topic', { topic: '' }], ['a digest of 7 bytes', { topic: TOPIC, digest: DIGEST.subarray(1) }]])('is not asked with %s', async (_what, question) => {
    const { a, b } = await startTwo()

    await expect(a.exchange.ask(b.peerId, question)).rejects.toMatchObject({ name: 'InvalidArgumentError' })
    expect(streamsOf(a)).toEqual([])
  })

  it('runs over relayed connections with limits', async () => {
    const { a, b, connection } = await startTwo()
    const limits = { value: { bytes: 131_072n, seconds: 120 } }

    await eventually(() => { expect(b.libp2p.getConnections()).toHaveLength(1) })
    Object.defineProperty(connection, 'limits', limits)
    Object.defineProperty(b.libp2p.getConnections()[0], 'limits', limits)

    expect(await a.exchange.ask(b.peerId, { topic: TOPIC })).toEqual({ entries: Uint8Array.of(1, 2, 3) })
  })
})

describe('who gives up waiting', () => {
  it('leaves the question out, and what is asked next waits for its answer', async () => {
    const { a, b } = await startTwo()
    const first = Promise.withResolvers<Answer>()
    const controller = new AbortController()

    b.desk.answers = async ({ topic }) => topic === 'first' ? await first.promise : 'same'

    const given = a.exchange.ask(b.peerId, { topic: 'first' }, { signal: controller.signal })

    await eventually(() => { expect(b.desk.questions).toHaveLength(1) })
    controller.abort(new Error('enough'))
    await expect(given).rejects.toMatchObject({ name: 'AbortError', cause: { message: 'enough' } })

    const second = a.exchange.ask(b.peerId, { topic: 'second' })

    await a.environment.pass(0)
    expect(b.desk.questions).toHaveLength(1)
    first.resolve('same')

    expect(await second).toBe('same')
    expect(streamsOf(a)).toHaveLength(1)
    expect(a.environment.pendingTimers).toBe(0)
  })

  it('before its turn has nothing asked', async () => {
    const { a, b } = await startTwo()
    const first = Promise.withResolvers<Answer>()

    b.desk.answers = async () => await first.promise

    const asked = a.exchange.ask(b.peerId, { topic: 'first' })

    await expect(a.exchange.ask(b.peerId, { topic: 'second' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
    await eventually(() => { expect(b.desk.questions).toHaveLength(1) })
    first.resolve('same')
    await asked
    await a.exchange.ask(b.peerId, { topic: 'third' })

    expect(b.desk.questions.map(({ topic }) => topic)).toEqual(['first', 'third'])
  })
})

describe('what is handed over', () => {
  it('goes over the streams that stand, in either direction', async () => {
    const { a, b } = await startTwo()

    await a.exchange.ask(b.peerId, { topic: TOPIC })

    expect(a.exchange.handOver(TOPIC, Uint8Array.of(1))).toBe(1)
    expect(b.exchange.handOver(TOPIC, Uint8Array.of(2))).toBe(1)

    await eventually(() => {
      expect(b.desk.handed).toEqual([{ peer: a.peerId.toString(), topic: TOPIC, message: Uint8Array.of(1) }])
      expect(a.desk.handed).toEqual([{ peer: b.peerId.toString(), topic: TOPIC, message: Uint8Array.of(2) }])
    })
  })

  it('is on its way before the call returns', async () => {
    const { a, b, connection } = await startTwo()

    await a.exchange.ask(b.peerId, { topic: TOPIC })

    const [stream] = streamsOf(a)
    const sent: number[] = []
    const sendData: unknown = Reflect.get(stream!, 'sendData')

    Reflect.set(stream!, 'sendData', (bytes: { byteLength: number }) => {
      sent.push(bytes.byteLength)

      return typeof sendData === 'function' ? Reflect.apply(sendData, stream, [bytes]) : undefined
    })
    a.exchange.handOver(TOPIC, Uint8Array.of(1))

    expect(sent).toHaveLength(1)
    expect(connection.status).toBe('open')
  })

  it('goes to the peers that are named, and opens no stream', async () => {
    const a = await startNode()
    const [b, c, d] = await Promise.all([startNode(), startNode(), startNode()])

    for (const { libp2p } of [b, c, d]) {
      await a.libp2p.dial(libp2p.getMultiaddrs())
    }

    expect(a.exchange.handOver(TOPIC, Uint8Array.of(0))).toBe(0)
    await a.exchange.ask(b.peerId, { topic: TOPIC })
    await a.exchange.ask(c.peerId, { topic: TOPIC })

    expect(a.exchange.handOver(TOPIC, Uint8Array.of(1), [c.peerId, d.peerId])).toBe(1)
    expect(a.exchange.handOver(TOPIC, Uint8Array.of(2))).toBe(2)
    await eventually(() => {
      expect(b.desk.handed.map(({ message }) => message[0])).toEqual([2])
      expect(c.desk.handed.map(({ message }) => message[0])).toEqual([1, 2])
    })
    expect(streamsOf(a)).toHaveLength(2)
    expect(d.desk.handed).toEqual([])
  })

  it('is not more than the other takes: 32 messages at once, and then one in a second', async () => {
    const { a, b } = await startTwo()
    const send = (count: number): number => Array.from({ length: count }, () => a.exchange.handOver(TOPIC, Uint8Array.of(1))).filter(sent => sent === 1).length

    await a.exchange.ask(b.peerId, { topic: TOPIC })

    expect(send(40)).toBe(32)
    a.environment.advance(3_000)
    expect(send(40)).toBe(3)
    await eventually(() => { expect(b.desk.handed).toHaveLength(35) })
    expect(streamsOf(a)).toHaveLength(1)
  })

  it('gets there when the node stops right after', async () => {
    const { a, b } = await startTwo()

    await a.exchange.ask(b.peerId, { topic: TOPIC })
    a.exchange.handOver(TOPIC, Uint8Array.of(9))
    await a.libp2p.stop()

    await eventually(() => { expect(b.desk.handed.map(({ message }) => message)).toEqual([Uint8Array.of(9)]) })
  })

  it('comes to the desk as it is, also from a peer that has opened the stream for nothing else', async () => {
    const victim = await startNode()
    const peer = await startRawPeer(victim)
    const stream = await peer.open()

    stream.say({ kind: 'handover', topic: 'a', message: new Uint8Array() }, { kind: 'handover', topic: 'b', message: new Uint8Array(5_120) })

    await eventually(() => { expect(victim.desk.handed.map(({ topic, message }) => [topic, message.byteLength])).toEqual([['a', 0], ['b', 5_120]]) })
  })

  it('is not sent when it may not be', async () => {
    const { a } = await startTwo()

    expect(() => a.exchange.handOver('', new Uint8Array())).toThrow(expect.objectContaining({ name: 'InvalidArgumentError' }))
    expect(() => a.exchange.handOver(TOPIC, new Uint8Array(5_121))).toThrow(expect.objectContaining({ name: 'PayloadTooLargeError' }))
  })
})
