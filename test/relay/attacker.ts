import { connect } from 'node:net'
import { RELAY_V2_HOP_CODEC, RELAY_V2_STOP_CODEC } from '@libp2p/circuit-relay-v2'
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { lpStream } from '@libp2p/utils'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { Destination, HopMessage, StopMessage } from '../../src/relay/circuit-message.ts'
import { HopType, Status, StopType } from '../../src/relay/constants.ts'
import type { Connection, Libp2p, MessageStream, PeerId, Stream, StreamMuxerFactory } from '@libp2p/interface'
import type { LengthPrefixedStream } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Bytes in one piece of what is sent. */
const CHUNK = 65_536

/** A peer of no good intentions: it speaks circuit relay, and everything below it, as it likes. */
export class Attacker {
  readonly #libp2p: Libp2p
  /** What is under yamux, by connection: the newest last. */
  readonly #encrypted: MessageStream[]

  private constructor (libp2p: Libp2p, encrypted: MessageStream[]) {
    this.#libp2p = libp2p
    this.#encrypted = encrypted
  }

  static async start (): Promise<Attacker> {
    const encrypted: MessageStream[] = []
    const muxer = (): StreamMuxerFactory => {
      const factory = yamux({ maxOutboundStreams: Infinity })()

      return {
        protocol: factory.protocol,
        createStreamMuxer: (connection) => {
          encrypted.push(connection)

          return factory.createStreamMuxer(connection)
        }
      }
    }

    return new Attacker(await createLibp2p({
      transports: [webSockets()],
      connectionEncrypters: [noise()],
      streamMuxers: [muxer],
      connectionMonitor: { enabled: false },
      connectionManager: { maxConnections: 10_000, dialTimeout: 60_000, addressDialTimeout: 60_000 },
      services: { identify: identify() }
    }), encrypted)
  }

  get peerId (): PeerId {
    return this.#libp2p.peerId
  }

  async stop (): Promise<void> {
    await this.#libp2p.stop()
  }

  /** One more connection, whether there is one or not. */
  async connect (relay: Multiaddr): Promise<Connection> {
    return await this.#libp2p.dial(relay, { force: true })
  }

  /** The status that the relay answers with. */
  async reserve (connection: Connection): Promise<number | undefined> {
    const { messages } = await this.hop(connection)

    await messages.write(HopMessage.encode({ type: HopType.RESERVE }))

    return HopMessage.decode(await messages.read()).status
  }

  /** A stream of a request to the relay that is not made yet. */
  async hop (connection: Connection): Promise<{ stream: Stream, messages: LengthPrefixedStream }> {
    const stream = await connection.newStream(RELAY_V2_HOP_CODEC, { maxOutboundStreams: Infinity })

    return { stream, messages: lpStream(stream) }
  }

  /** Asks to be joined with a peer, and leaves it at that: the stream, and the status that the relay answers with. */
  async call (connection: Connection, callee: PeerId): Promise<{ stream: Stream, status: number | undefined }> {
    const { stream, messages } = await this.hop(connection)

    await messages.write(HopMessage.encode({ type: HopType.CONNECT, peer: Destination.encode({ id: Uint8Array.from(callee.toMultihash().bytes) }) }))

    const { status } = HopMessage.decode(await messages.read())

    messages.unwrap()

    return { stream, status }
  }

  /** Takes every call; nothing of what is then said on its stream is read until the stream is resumed. */
  async takeCalls (taken: (stream: Stream) => void = () => {}): Promise<void> {
    await this.#libp2p.handle(RELAY_V2_STOP_CODEC, async stream => {
      const messages = lpStream(stream)

      await messages.read()
      await messages.write(StopMessage.encode({ type: StopType.STATUS, status: Status.OK }))
      messages.unwrap().pause()
      taken(stream)
    }, { maxInboundStreams: 1_000 })
  }

  /** On its newest connection: a frame of yamux that says that so many bytes come, and then so many. */
  sendFrame (bytes: number, sent: number): void {
    const header = new DataView(new ArrayBuffer(12))

    header.setUint32(4, 1)
    header.setUint32(8, bytes)

    const connection = this.#encrypted.at(-1)!

    sendWhileOpen(connection, new Uint8Array(header.buffer))

    for (let left = sent; left > 0; left -= CHUNK) {
      sendWhileOpen(connection, new Uint8Array(CHUNK))
    }
  }
}

/** Sends so many bytes, as long as the other side takes them. */
export function flood (stream: MessageStream, bytes: number): void {
  for (let left = bytes; left > 0; left -= CHUNK) {
    sendWhileOpen(stream, new Uint8Array(CHUNK))
  }
}

/** Opens TCP connections that say this, and nothing more; resolves when the relay has closed all of them. */
export async function openSockets (relay: Multiaddr, count: number, said: string): Promise<void> {
  const port = Number(relay.getComponents().find(({ name }) => name === 'tcp')?.value)

  await Promise.all(Array.from({ length: count }, async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const socket = connect({ host: '127.0.0.1', port })

    socket.on('error', () => { resolve() })
    socket.on('close', () => { resolve() })
    socket.resume()
    socket.write(said)
    await promise
  }))
}

/** Sends one websocket message of so many bytes before any handshake; resolves when the relay has cut the connection. */
export async function sendWebsocketMessage (relay: Multiaddr, bytes: number): Promise<void> {
  const port = relay.getComponents().find(({ name }) => name === 'tcp')?.value
  const { promise, resolve } = Promise.withResolvers<void>()
  const socket = new WebSocket(`ws://127.0.0.1:${port}`)

  socket.addEventListener('open', () => { socket.send(new Uint8Array(bytes)) })
  socket.addEventListener('close', () => { resolve() })
  await promise
}

function sendWhileOpen (stream: MessageStream, bytes: Uint8Array): void {
  if (stream.status === 'open') {
    stream.send(bytes)
  }
}
