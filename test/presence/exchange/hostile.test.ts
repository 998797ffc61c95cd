import { beforeEach, describe, expect, it } from 'vitest'
import { MAX_PAGE_BYTES } from '../../../src/presence/exchange/index.ts'
import { encodeFrame } from '../../../src/presence/exchange/message-codec.ts'
import type { Message } from '../../../src/presence/exchange/messages.ts'
import { exchangeVectors } from '../../vectors/exchange.ts'
import { bytesOf } from '../../vectors/vectors.ts'
import { eventually, rejection, startNode, startRawPeer, stopAll, streamsOf, TOPIC } from './nodes.ts'
import type { ExchangeNode, RawPeer, RawStream } from './nodes.ts'

const NOTHING = new Uint8Array()
const ask = (id: number): Message => ({ kind: 'ask', id, topic: TOPIC })
const page = (id: number): Message => ({ kind: 'page', id, outcome: 'page', entries: NOTHING })
const handover: Message = { kind: 'handover', topic: TOPIC, message: Uint8Array.of(1) }

let victim: ExchangeNode
let peer: RawPeer

beforeEach(async () => {
  victim = await startNode()
  peer = await startRawPeer(victim)
})

/** The victim answers somebody else, and holds no stream of the peer's and no timer but the one that forgets it. */
async function expectUnharmed (): Promise<void> {
  const honest = await startNode()

  await honest.libp2p.dial(victim.libp2p.getMultiaddrs())
  expect(await honest.exchange.ask(victim.peerId, { topic: TOPIC })).toEqual({ entries: Uint8Array.of(1, 2, 3) })
  expect(streamsOf(victim)).toHaveLength(1)
  expect(victim.environment.pendingTimers).toBeLessThanOrEqual(1)
}

/** The question that the victim asks, once it has come, and what comes of it. */
async function asked (): Promise<{ stream: RawStream, outcome: Promise<unknown>, id: number }> {
  const outcome = rejection(victim.exchange.ask(peer.peerId, { topic: TOPIC }))
  const stream = await peer.takenStream()

  await stream.hears(1)

  const [question] = stream.heard

  return { stream, outcome, id: question?.kind === 'ask' ? question.id : 0 }
}

describe('a stream is reset', () => {
  it('for each way in which a message can be malformed, and the next one is taken', async () => {
    const wrong = exchangeVectors.messages.filter(vector => 'error' in vector)

    expect(wrong.length).toBeGreaterThan(20)

    for (const { hex } of wrong) {
      const stream = await peer.open()

      stream.send(bytesOf(hex))
      await stream.isReset()
    }

    await expectUnharmed()
  })

  it('for a second question before the first is answered', async () => {
    const never = Promise.withResolvers<'same'>()
    const stream = await peer.open()

    victim.desk.answers = async () => await never.promise
    stream.say(ask(1))
    await eventually(() => { expect(victim.desk.questions).toHaveLength(1) })
    stream.say(ask(2))
    await stream.isReset()

    never.resolve('same')
    victim.desk.answers = async () => ({ entries: Uint8Array.of(1, 2, 3) })
    await expectUnharmed()
    expect(victim.desk.questions).toHaveLength(2)
  })

  it('for a page that nobody asked for', async () => {
    const stream = await peer.open()

    stream.say(page(1))
    await stream.isReset()
    expect(victim.desk.questions).toEqual([])
    await expectUnharmed()
  })

  it('for a page in answer to another question, and who asked is told', async () => {
    const { stream, outcome, id } = await asked()

    stream.say(page(id + 1))
    await stream.isReset()

    expect(await outcome).toMatchObject({ name: 'StreamEndedError', cause: { name: 'UnaskedPageError' } })
    await expectUnharmed()
  })

  it('for a second page in answer to one question', async () => {
    const { stream, outcome, id } = await asked()

    stream.say(page(id), page(id))
    await stream.isReset()

    expect(await outcome).toBe(undefined)
    await expectUnharmed()
  })

  it('for a message that does not end in 10 s, however often a byte of it comes', async () => {
    const stream = await peer.open()
    const [first, ...rest] = encodeFrame(handover)

    stream.send(Uint8Array.of(first!))
    await eventually(() => { expect(victim.environment.pendingTimers).toBe(1) })

    for (const byte of rest.slice(0, 10)) {
      stream.send(Uint8Array.of(byte))
      await victim.environment.pass(999)
      expect(stream.stream.status).toBe('open')
    }

    await victim.environment.pass(10)
    await stream.isReset()
    await expectUnharmed()
  })

  it('and not for messages that each end in time', async () => {
    const stream = await peer.open()
    const [first, ...rest] = encodeFrame(handover)

    stream.send(Uint8Array.of(first!))

    for (let turn = 0; turn < 3; turn++) {
      await eventually(() => { expect(victim.environment.pendingTimers).toBe(1) })
      await victim.environment.pass(9_000)
      stream.send(Uint8Array.from([...rest, first!]))
      await eventually(() => { expect(victim.desk.handed).toHaveLength(turn + 1) })
    }

    expect(stream.stream.status).toBe('open')
  })

  it('for more than 64 messages handed over at once, over all its streams', async () => {
    const streams = [await peer.open(), await peer.open()]

    for (let count = 0; count < 64; count++) {
      streams[count % 2]?.say(handover)
    }

    await eventually(() => { expect(victim.desk.handed).toHaveLength(64) })
    streams[1]?.say(handover)
    await streams[1]?.isReset()
    expect(victim.desk.handed).toHaveLength(64)
    expect(streams[0]?.stream.status).toBe('open')
    streams[0]?.stream.abort(new Error('enough'))
    await eventually(() => { expect(streamsOf(victim)).toEqual([]) })
    await expectUnharmed()
  })

  it('for as many messages of a kind that is not known', async () => {
    const stream = await peer.open()

    stream.send(new Uint8Array(64))
    await victim.environment.pass(0)
    expect(stream.stream.status).toBe('open')
    stream.send(new Uint8Array(1))
    await stream.isReset()
    await expectUnharmed()
  })

  it('for asking on and on', async () => {
    const stream = await peer.open()

    for (let id = 1; id <= 40; id++) {
      stream.say(ask(id))
      await stream.hears(id)
    }

    expect(stream.heard.map(message => message.kind === 'page' && message.outcome)).toEqual([
      ...Array.from({ length: 8 }, () => 'page'),
      ...Array.from({ length: 32 }, () => 'busy')
    ])
    stream.say(ask(41))
    await stream.isReset()
    expect(victim.desk.questions).toHaveLength(8)
    await expectUnharmed()
  })
})

describe('a peer that comes back', () => {
  it('on another stream, or another connection, has no new allowance', async () => {
    const first = await peer.open()

    for (let id = 1; id <= 8; id++) {
      first.say(ask(id))
      await first.hears(id)
    }

    const second = await peer.open()

    second.say(ask(1))
    await second.hears(1)
    expect(second.heard).toMatchObject([{ outcome: 'busy' }])

    await peer.reconnect()

    const third = await peer.open()

    third.say(ask(1))
    await third.hears(1)
    expect(third.heard).toMatchObject([{ outcome: 'busy' }])
  })

  it('has no new allowance when others are forgotten', async () => {
    // from now on the victim looks every 32 s for whom it can forget
    const passing = await peer.open()

    passing.stream.abort(new Error('enough'))
    await eventually(() => { expect(victim.environment.pendingTimers).toBe(1) })
    await victim.environment.pass(31_000)

    const stream = await peer.open()

    for (let id = 1; id <= 8; id++) {
      stream.say(ask(id))
      await stream.hears(id)
    }

    await peer.reconnect()
    await victim.environment.pass(1_000)
    expect(victim.environment.untilNextTimer).toBe(32_000)

    const next = await peer.open()

    next.say(ask(1))
    await next.hears(1)
    expect(next.heard).toMatchObject([{ outcome: 'busy' }])
  })

  it('is forgotten when its allowance is whole again', async () => {
    const stream = await peer.open()

    for (let id = 1; id <= 40; id++) {
      stream.say(ask(id))
      await stream.hears(id)
    }

    stream.stream.abort(new Error('enough'))
    await eventually(() => { expect(victim.environment.pendingTimers).toBe(1) })
    await victim.environment.pass(31_999)
    expect(victim.environment.pendingTimers).toBe(1)
    await victim.environment.pass(1)
    expect(victim.environment.pendingTimers).toBe(0)
  })
})

describe('a peer that does not read', () => {
  it('gets no further page, and is given up after 10 s', async () => {
    const stream = await peer.open()

    victim.desk.answers = async () => ({ entries: new Uint8Array(MAX_PAGE_BYTES) })
    stream.stream.pause()
    stream.stream.maxReadBufferLength = Infinity

    for (let id = 1; id <= 4; id++) {
      stream.say(ask(id))
      await eventually(() => { expect(victim.desk.questions).toHaveLength(id) })
      await victim.environment.pass(0)
    }

    // four pages are more than its window
    stream.say(ask(5))
    await victim.environment.pass(9_999)
    expect(victim.desk.questions).toHaveLength(4)
    expect(stream.stream.status).toBe('open')
    await victim.environment.pass(1)
    await stream.isReset()
    victim.desk.answers = async () => ({ entries: Uint8Array.of(1, 2, 3) })
    await expectUnharmed()
  })

  it('gets the next page when it has read', async () => {
    const stream = await peer.open()

    victim.desk.answers = async () => ({ entries: new Uint8Array(MAX_PAGE_BYTES) })
    stream.stream.pause()
    stream.stream.maxReadBufferLength = Infinity

    for (let id = 1; id <= 4; id++) {
      stream.say(ask(id))
      await eventually(() => { expect(victim.desk.questions).toHaveLength(id) })
      await victim.environment.pass(0)
    }

    stream.say(ask(5))
    await victim.environment.pass(5_000)
    stream.stream.resume()
    await stream.hears(5)
    await eventually(() => { expect(victim.environment.pendingTimers).toBe(0) })
    expect(victim.desk.questions).toHaveLength(5)
  })

  it('has no more than 256 KiB wait for it', async () => {
    const stream = await peer.open()

    victim.desk.answers = async () => ({ entries: new Uint8Array(MAX_PAGE_BYTES) })
    stream.stream.pause()
    stream.stream.maxReadBufferLength = Infinity

    for (let id = 1; id <= 4; id++) {
      stream.say(ask(id))
      await eventually(() => { expect(victim.desk.questions).toHaveLength(id) })
      await victim.environment.pass(0)
    }

    const own = streamsOf(victim)[0]!
    let most = 0

    // as often as the victim may hand over, and then as time brings more
    for (let turn = 0; turn < 200; turn++) {
      victim.exchange.handOver(TOPIC, new Uint8Array(5_120), [peer.peerId])
      most = Math.max(most, own.writeBufferLength)
      victim.environment.advance(turn < 32 ? 0 : 400)
    }

    expect(own.status).toBe('aborted')
    expect(most).toBeGreaterThan(100_000)
    expect(most).toBeLessThanOrEqual(262_144)
  })
})

describe('streams of one peer', () => {
  it('are at most four: a new one takes the place of the oldest', async () => {
    const streams: RawStream[] = []

    for (let count = 0; count < 4; count++) {
      streams.push(await peer.open())
    }

    const newest = await peer.connection.newStream('/libp2p-invitation/presence/1.0.0')

    await streams[0]?.isReset()
    expect(newest.status).toBe('open')
    expect(streams.slice(1).map(({ stream }) => stream.status)).toEqual(['open', 'open', 'open'])
    expect(streamsOf(victim)).toHaveLength(4)
  })

  it('leave nothing behind when the peer opens and resets them without end', async () => {
    for (let count = 0; count < 50; count++) {
      const stream = await peer.open()

      stream.say(handover)
      stream.stream.abort(new Error('enough'))
      await eventually(() => { expect(streamsOf(victim)).toEqual([]) })
    }

    await expectUnharmed()
    await stopAll()
    expect(victim.environment.pendingTimers).toBe(0)
  })
})
