import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { afterEach, vi } from 'vitest'
import { FrameSplitter } from '../../../src/presence/exchange/frame-splitter.ts'
import { createExchange } from '../../../src/presence/exchange/index.ts'
import type { Answer, Exchange, ExchangeComponents, Question, RoomDesk } from '../../../src/presence/exchange/index.ts'
import { decodeMessage, encodeFrame } from '../../../src/presence/exchange/message-codec.ts'
import type { Message } from '../../../src/presence/exchange/messages.ts'
import { HandMovedEnvironment } from '../../environment/hand-moved-environment.ts'
import type { Connection, Libp2p, PeerId, Stream, StreamMessageEvent } from '@libp2p/interface'

export const PROTOCOL = '/libp2p-invitation/presence/1.0.0'
export const TOPIC = '/libp2p-invitation/presence/1.0.0/lobby'

/** How long anything may take, milliseconds, before a test is given up. */
const PATIENCE = 20_000

/** Answers what the test says, and keeps what it was asked and handed. */
export class TestDesk implements RoomDesk {
  readonly questions: Question[] = []
  readonly handed: Array<{ peer: string, topic: string, message: Uint8Array }> = []
  answers: (question: Question) => Promise<Answer | undefined> = async () => ({ entries: Uint8Array.of(1, 2, 3) })

  async answer (question: Question): Promise<Answer | undefined> {
    this.questions.push(question)

    return await this.answers(question)
  }

  handedOver (peer: PeerId, topic: string, message: Uint8Array): void {
    this.handed.push({ peer: peer.toString(), topic, message })
  }
}

/** A libp2p node with an exchange, whose time stands still. */
export interface ExchangeNode {
  readonly libp2p: Libp2p
  readonly exchange: Exchange
  readonly desk: TestDesk
  readonly environment: HandMovedEnvironment
  readonly peerId: PeerId
}

let addresses = 0
const running = new Set<Libp2p>()
const environments = new Set<HandMovedEnvironment>()

afterEach(async () => {
  await stopAll()
})

/** Stops all nodes, and lets time pass for them meanwhile: a peer that does not close its side is waited for. */
export async function stopAll (): Promise<void> {
  const passing = setInterval(() => {
    for (const environment of environments) {
      environment.advance(100)
    }
  }, 5)

  try {
    // one after another: two that close the same connection at once wait half a second for each other
    for (const node of running) {
      await node.stop()
    }
  } finally {
    clearInterval(passing)
    running.clear()
    environments.clear()
  }
}

export async function startNode (): Promise<ExchangeNode> {
  const desk = new TestDesk()
  const environment = new HandMovedEnvironment()
  const libp2p = await createLibp2p({
    ...transport(),
    services: {
      identify: identify(),
      exchange: (components: ExchangeComponents) => createExchange(components, { protocolPrefix: 'libp2p-invitation', desk }, environment)
    }
  })

  running.add(libp2p)
  environments.add(environment)

  return { libp2p, exchange: libp2p.services.exchange, desk, environment, peerId: libp2p.peerId }
}

/** Two nodes, and the first one's connection to the second. */
export async function startTwo (): Promise<{ a: ExchangeNode, b: ExchangeNode, connection: Connection }> {
  const [a, b] = await Promise.all([startNode(), startNode()])

  return { a, b, connection: await a.libp2p.dial(b.libp2p.getMultiaddrs()) }
}

/** A peer without the library, that says what it likes, and is connected to a node. */
export async function startRawPeer (victim: ExchangeNode): Promise<RawPeer> {
  const libp2p = await createLibp2p({ ...transport(), services: { identify: identify() } })

  running.add(libp2p)

  const peer = new RawPeer(libp2p, victim, await libp2p.dial(victim.libp2p.getMultiaddrs()))

  await libp2p.handle(PROTOCOL, stream => { peer.taken.push(new RawStream(stream)) }, { maxInboundStreams: 100, maxOutboundStreams: 100 })

  return peer
}

export class RawPeer {
  readonly libp2p: Libp2p
  connection: Connection
  /** The streams that the victim opened to it. */
  readonly taken: RawStream[] = []
  readonly #victim: ExchangeNode

  constructor (libp2p: Libp2p, victim: ExchangeNode, connection: Connection) {
    this.libp2p = libp2p
    this.connection = connection
    this.#victim = victim
  }

  get peerId (): PeerId {
    return this.libp2p.peerId
  }

  /** Ends the connection and makes another. */
  async reconnect (): Promise<void> {
    await this.connection.close()
    await until(() => streamsOf(this.#victim).length === 0)
    this.connection = await this.libp2p.dial(this.#victim.libp2p.getMultiaddrs())
  }

  /** A new stream to the victim, which has taken it. */
  async open (): Promise<RawStream> {
    const before = streamsOf(this.#victim).length
    const stream = new RawStream(await this.connection.newStream(PROTOCOL))

    await until(() => streamsOf(this.#victim).length > before)

    return stream
  }

  /** The stream that the victim opened last, once it has opened one. */
  async takenStream (): Promise<RawStream> {
    await until(() => this.taken.length > 0)

    return this.taken.at(-1)!
  }
}

/** A stream of the exchange, with nothing between the test and its bytes. */
export class RawStream {
  readonly stream: Stream
  /** What was read from it. */
  readonly heard: Message[] = []

  constructor (stream: Stream) {
    const splitter = new FrameSplitter()

    this.stream = stream
    stream.addEventListener('message', ({ data }: StreamMessageEvent) => {
      for (const frame of splitter.framesIn(data)) {
        const message = decodeMessage(frame)

        if (message != null) {
          this.heard.push(message)
        }
      }
    })
  }

  say (...messages: Message[]): void {
    for (const message of messages) {
      this.send(encodeFrame(message))
    }
  }

  /** Sends bytes, unless it was reset. */
  send (bytes: Uint8Array): void {
    if (this.stream.writeStatus === 'writable') {
      this.stream.send(bytes)
    }
  }

  async hears (count: number): Promise<void> {
    await until(() => this.heard.length >= count)
  }

  async isReset (): Promise<void> {
    await until(() => this.stream.status === 'reset')
  }
}

/** The streams of the exchange that a node has. */
export function streamsOf ({ libp2p }: { libp2p: Libp2p }): Stream[] {
  return libp2p.getConnections()
    .flatMap(({ streams }) => streams)
    .filter(({ protocol, status }) => protocol === PROTOCOL && (status === 'open' || status === 'closing'))
}

/** Waits for as long as a busy machine may need. */
export async function eventually (holds: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(holds, { timeout: PATIENCE, interval: 5 })
}

/** What a promise rejects with; to be called before it does. */
export async function rejection (promise: Promise<unknown>): Promise<unknown> {
  const [settled] = await Promise.allSettled([promise])

  return settled.status === 'rejected' ? settled.reason : undefined
}

async function until (holds: () => boolean): Promise<void> {
  await eventually(() => {
    if (!holds()) {
      throw new Error('does not hold yet')
    }
  })
}

function transport () {
  return {
    addresses: { listen: [`/memory/exchange-${addresses++}`] },
    transports: [memory()],
    connectionEncrypters: [noise()],
    // as it is at first, and never more: so tests need not say megabytes to fill it
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: 262_144 } })],
    connectionMonitor: { enabled: false }
  }
}
