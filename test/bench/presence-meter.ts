import { yamux } from '@libp2p/yamux'
import { subscribe } from 'node:diagnostics_channel'
import type { Stream, StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'
import type { Socket } from 'node:net'

/** What has come in, as the streams' readers are given it: without the frames of the muxer, the encryption and the transport. */
export interface Received {
  readonly bytes: number
  readonly chunks: number
}

/** libp2p's own streams have this method, which the muxer calls with all that comes in. */
type FedStream = Stream & { onData(data: { readonly byteLength: number }): void }

/** Counts what comes in on the streams of one node, below all that reads them. */
export class StreamMeter {
  readonly #counts = new Set<{ readonly stream: Stream, bytes: number, chunks: number }>()

  /** yamux, counted. */
  readonly muxer = (): StreamMuxerFactory => {
    const factory = yamux()()
    const create = factory.createStreamMuxer.bind(factory)

    return Object.assign(factory, { createStreamMuxer: (connection: Parameters<typeof create>[0]) => this.#counted(create(connection)) })
  }

  /** All that has come in on streams of protocols that have this in their name. Streams that have ended stay counted. */
  received (protocol: string): Received {
    let bytes = 0
    let chunks = 0

    for (const count of this.#counts) {
      // a stream that is still being negotiated has none
      if (count.stream.protocol?.includes(protocol)) {
        bytes += count.bytes
        chunks += count.chunks
      }
    }

    return { bytes, chunks }
  }

  #counted<Muxer extends StreamMuxer> (muxer: Muxer): Muxer {
    const inbound = muxer as Muxer & { onRemoteStream(stream: Stream): void }
    const onRemoteStream = inbound.onRemoteStream.bind(muxer)
    const createStream = muxer.createStream.bind(muxer)

    inbound.onRemoteStream = stream => { onRemoteStream(this.#count(stream)) }
    inbound.createStream = async options => this.#count(await createStream(options))

    return inbound
  }

  #count (stream: Stream): Stream {
    const count = { stream, bytes: 0, chunks: 0 }
    const fed = stream as FedStream
    const onData = fed.onData.bind(stream)

    this.#counts.add(count)
    fed.onData = data => {
      count.bytes += data.byteLength
      count.chunks++
      onData(data)
    }

    return stream
  }
}

/** Counts what comes in on all TCP sockets of this process, as the kernel hands it over. */
export class SocketMeter {
  readonly #open = new Set<Socket>()
  #ended = 0

  constructor () {
    for (const channel of ['net.server.socket', 'net.client.socket']) {
      subscribe(channel, message => { this.#watch((message as { socket: Socket }).socket) })
    }
  }

  get bytes (): number {
    let bytes = this.#ended

    for (const socket of this.#open) {
      bytes += socket.bytesRead
    }

    return bytes
  }

  #watch (socket: Socket): void {
    this.#open.add(socket)
    socket.once('close', () => {
      this.#open.delete(socket)
      this.#ended += socket.bytesRead
    })
  }
}
