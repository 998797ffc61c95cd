import { TypedEventEmitter } from 'main-event'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { TrafficMeter } from '../../src/presence/traffic-meter.ts'
import { eventually, gossipStreams, startGossipNode } from './room/gossip-nodes.ts'
import { somebody } from './record/records.ts'
import type { GossipSubEvents, Message } from '@libp2p/gossipsub'
import type { MessageStreamEvents, PeerId } from '@libp2p/interface'

/** What a chunk costs beside its bytes, and a message beside its data and topic: see the meter's own constants. */
const CHUNK = 60
const MESSAGE = 164

const TOPIC = 'room'
const DATA = 300
/** Size of one message of these tests, bytes. */
const SIZE = DATA + TOPIC.length + MESSAGE

class TestStream extends TypedEventEmitter<MessageStreamEvents> {
  constructor (readonly protocol: string, readonly direction: 'inbound' | 'outbound') {
    super()
  }

  receive (bytes: number): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: new Uint8Array(bytes) }))
  }

  /** As gossipsub does. */
  read (): this {
    this.addEventListener('message', () => {})

    return this
  }
}

function message (data = DATA, topic = TOPIC): Message {
  return { type: 'unsigned', topic, data: new Uint8Array(data) }
}

describe('the measured cost of a message', () => {
  let me: PeerId
  let other: PeerId
  let streams: TestStream[]
  let pubsub: TypedEventEmitter<GossipSubEvents>
  let run: AbortController
  let meter: TrafficMeter

  beforeAll(async () => { [me, other] = [(await somebody()).peer, (await somebody()).peer] })

  beforeEach(() => {
    streams = [0, 1, 2].map(() => new TestStream('/meshsub/1.2.0', 'inbound').read())
    pubsub = new TypedEventEmitter()
    run = new AbortController()

    const components = {
      peerId: me,
      // of connections, the meter looks at the streams
      connectionManager: { getConnections: () => [Object.assign(Object.create(null), { streams: streams.slice(0, 1) }), Object.assign(Object.create(null), { streams: streams.slice(1) })] },
      pubsub
    }

    meter = new TrafficMeter(components)
    meter.start(run.signal)
    // the one that makes the meter look at the streams
    meter.heard(TOPIC, message())
  })

  /** Messages come in, each once by every stream. */
  function receive (count: number, bytes = SIZE, size = DATA): void {
    for (let i = 0; i < count; i++) {
      for (const stream of streams) {
        stream.receive(bytes)
      }

      meter.heard(TOPIC, message(size))
    }
  }

  /** The app gets a message of its own on another topic. */
  function receiveOfApp (bytes: number, msg: Message, propagationSource = other): void {
    streams[0]!.receive(bytes)
    pubsub.dispatchEvent(new CustomEvent('gossipsub:message', { detail: { msg, msgId: '', propagationSource } }))
  }

  it('is not told before eight messages, nor of a room of which nothing was heard', () => {
    receive(6)
    expect(meter.costOf(TOPIC)).toBe(undefined)
    receive(1)
    expect(meter.costOf(TOPIC)).toBeGreaterThan(SIZE)
    expect(meter.costOf('another')).toBe(undefined)
  })

  it('is all that came in for it, from all neighbours', () => {
    receive(1_000)
    expect(meter.costOf(TOPIC)).toBeCloseTo(3 * (SIZE + CHUNK), 0)
  })

  it('has the share in it of whatever else gossip says', () => {
    for (let i = 0; i < 1_000; i++) {
      receive(1)
      streams[0]!.receive(100)
      streams[1]!.receive(200)
    }

    expect(meter.costOf(TOPIC)).toBeCloseTo(3 * (SIZE + CHUNK) + 300 + 2 * CHUNK, 0)
  })

  it('follows what a message costs now', () => {
    receive(1_000)
    receive(400, 2 * SIZE)

    // a hundredth is forgotten with every message: of the old ones, a 55th counts
    expect(meter.costOf(TOPIC)! / (3 * (2 * SIZE + CHUNK))).toBeCloseTo(1, 1)
  })

  it('is each room’s own', () => {
    const large = message(10 * DATA, 'other')

    for (let i = 0; i < 1_000; i++) {
      receive(1)
      streams[2]!.receive(SIZE + 9 * DATA)
      meter.heard('large', large)
    }

    expect(meter.costOf('large')! / meter.costOf(TOPIC)!).toBeCloseTo((10 * DATA + 5 + MESSAGE) / SIZE, 1)
  })

  it('is not what the app’s own messages cost', () => {
    for (let i = 0; i < 1_000; i++) {
      receive(1)
      receiveOfApp(3 * (SIZE + CHUNK) - CHUNK, message())
    }

    expect(meter.costOf(TOPIC)).toBeCloseTo(3 * (SIZE + CHUNK), 0)
  })

  it('does not become less when gossipsub tells of the room’s messages as well, or of this peer’s own', () => {
    for (let i = 0; i < 1_000; i++) {
      const heard = message()

      for (const stream of streams) {
        stream.receive(SIZE)
      }

      meter.heard(TOPIC, heard)
      pubsub.dispatchEvent(new CustomEvent('gossipsub:message', { detail: { msg: heard, msgId: '', propagationSource: other } }))
      pubsub.dispatchEvent(new CustomEvent('gossipsub:message', { detail: { msg: message(), msgId: '', propagationSource: me } }))
    }

    expect(meter.costOf(TOPIC)).toBeCloseTo(3 * (SIZE + CHUNK), 0)
  })

  it('is at least the message itself, even where nothing could be counted', () => {
    streams = []
    receive(10)
    expect(meter.costOf(TOPIC)).toBe(SIZE)
  })

  it('cannot be driven up without end by a neighbour that sends too much', () => {
    receive(100, 1_000 * SIZE)
    expect(meter.costOf(TOPIC)).toBe(16 * SIZE)
  })

  it.each([
    ['goes out', '/meshsub/1.2.0', 'outbound'],
    ['is of another protocol', '/libp2p-invitation/invitation/1.0.0', 'inbound']
  ] as const)('leaves out a stream that %s', (_, protocol, direction) => {
    streams.push(new TestStream(protocol, direction).read())
    receive(1_000)
    expect(meter.costOf(TOPIC)).toBeCloseTo(3 * (SIZE + CHUNK), 0)
  })

  it('takes no bytes from a stream that nobody reads yet, and counts it as soon as somebody does', () => {
    const stream = new TestStream('/meshsub/1.2.0', 'inbound')

    streams.push(stream)
    receive(10)
    expect(stream.listenerCount('message')).toBe(0)

    stream.read()
    receive(10)
    expect(stream.listenerCount('message')).toBe(2)

    receive(1_000)
    expect(meter.costOf(TOPIC)).toBeCloseTo(4 * (SIZE + CHUNK), 0)
  })

  it('is forgotten with its room', () => {
    receive(10)
    meter.forget(TOPIC)
    expect(meter.costOf(TOPIC)).toBe(undefined)
  })

  it('is forgotten at the end of the run, which leaves no listener behind', () => {
    receive(10)
    streams[0]!.dispatchEvent(new Event('close'))
    expect(streams.map(stream => stream.listenerCount('message'))).toEqual([1, 2, 2])

    run.abort()
    expect(streams.map(stream => stream.listenerCount('message'))).toEqual([1, 1, 1])
    expect(pubsub.listenerCount('gossipsub:message')).toBe(0)
    expect(meter.costOf(TOPIC)).toBe(undefined)
  })
})

describe('the measured cost of a message among real peers', () => {
  it('is what comes in over all their streams, and takes none of it from gossipsub', async () => {
    const nodes = await Promise.all(Array.from({ length: 5 }, async () => startGossipNode()))
    const run = new AbortController()
    const meters = nodes.map(({ components }) => new TrafficMeter(components))
    const heard = nodes.map(() => 0)
    const received = nodes.map(() => 0)

    for (const [index, node] of nodes.entries()) {
      meters[index]!.start(run.signal)
      node.services.pubsub.topicValidators.set(TOPIC, (_, heardMessage) => {
        heard[index]!++
        meters[index]!.heard(TOPIC, heardMessage)

        return 'accept' as never
      })
      node.services.pubsub.subscribe(TOPIC)
      await Promise.all(nodes.slice(0, index).map(async other => node.dial(other.getMultiaddrs())))
    }

    await eventually(() => {
      for (const node of nodes) {
        expect(node.services.pubsub.getSubscribers(TOPIC)).toHaveLength(4)
        expect(nodes.flatMap(other => gossipStreams(node, other, 'inbound')).filter(stream => stream.listenerCount('message') > 0)).toHaveLength(4)
      }
    })

    /** Everybody says something, and everybody has heard it. */
    const everybodySpeaks = async (): Promise<void> => {
      const before = [...heard]

      await Promise.all(nodes.map(async node => node.services.pubsub.publish(TOPIC, new Uint8Array(DATA))))
      await eventually(() => { expect(heard).toEqual(before.map(count => count + 4)) })
    }

    await everybodySpeaks()

    for (const [index, node] of nodes.entries()) {
      for (const stream of nodes.flatMap(other => gossipStreams(node, other, 'inbound'))) {
        stream.addEventListener('message', ({ data }) => { received[index]! += data.byteLength + CHUNK })
      }
    }

    const before = [...heard]

    for (let round = 0; round < 25; round++) {
      await everybodySpeaks()
    }

    for (const [index, meter] of meters.entries()) {
      const cost = received[index]! / (heard[index]! - before[index]!)

      expect(meter.costOf(TOPIC)! / cost).toBeGreaterThan(0.9)
      expect(meter.costOf(TOPIC)! / cost).toBeLessThan(1.1)
    }
  })
})

