import { yamuxPreset } from '../reachability/index.ts'
import { MAX_OTHER_STREAMS, MAX_PENDING_HOPS, MAX_WRITE_BACKLOG, STREAM_WINDOW } from './constants.ts'
import { FrameWatch } from './frame-watch.ts'
import type { MessageStream, StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'

/** yamux, with no more streams, and no larger windows and frames, than a relay needs. */
export class BoundedYamux implements StreamMuxerFactory {
  readonly protocol: string
  readonly #factory: StreamMuxerFactory

  /** @param relayedPerPeer - see `RelayLimits` */
  constructor (relayedPerPeer: number) {
    this.#factory = yamuxPreset({
      maxInboundStreams: relayedPerPeer + MAX_PENDING_HOPS + MAX_OTHER_STREAMS,
      streamOptions: {
        initialStreamWindowSize: STREAM_WINDOW,
        maxStreamWindowSize: STREAM_WINDOW,
        // twice: a stream that is not read any more may still get all of its window
        maxReadBufferLength: 2 * STREAM_WINDOW,
        maxWriteBufferLength: 4 * STREAM_WINDOW
      }
    })()
    this.protocol = this.#factory.protocol
  }

  createStreamMuxer (connection: MessageStream): StreamMuxer {
    // yamux answers pings, and tells of windows, whether that is read or not
    connection.maxWriteBufferLength = MAX_WRITE_BACKLOG

    const muxer = this.#factory.createStreamMuxer(connection)

    // after the muxer has its own listener: what is dispatched before it would be lost on it
    new FrameWatch(STREAM_WINDOW).follow(connection)

    return muxer
  }
}
