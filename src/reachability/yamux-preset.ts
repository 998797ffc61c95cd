import { yamux } from '@libp2p/yamux'
import { asError } from '../errors/index.ts'
import type { MessageStream, StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'
import type { YamuxMuxerInit } from '@libp2p/yamux'

/**
 * `yamux()` of `@libp2p/yamux`, made safe for connections that close at the wrong moment, as all that are relayed do when their
 * relay is lost.
 *
 * By itself (8.0.3) it begins a new stream by writing in a microtask. If the connection was closed in the same turn of the event
 * loop, that throws where nobody can catch it: in Node the process ends, of a peer whose relay was killed, and of a relay whose
 * client closes in the very moment in which it connects. (Two processes of two peers each, whose two relays were killed in
 * turn: at least five such exceptions in six kills.) With this, what is written to a connection that is closed is dropped; its streams
 * are reset in the same turn anyway.
 *
 * @param init - options of yamux
 *
 * @example
 *
 * ```TypeScript
 * import { createLibp2p } from 'libp2p'
 * import { yamuxPreset } from 'libp2p-invitation/reachability'
 *
 * const node = await createLibp2p({ streamMuxers: [yamuxPreset()] })
 * ```
 */
export function yamuxPreset (init: YamuxMuxerInit = {}): () => StreamMuxerFactory {
  return () => new SafeYamux(yamux(init)())
}

class SafeYamux implements StreamMuxerFactory {
  readonly protocol: string
  readonly #factory: StreamMuxerFactory

  constructor (factory: StreamMuxerFactory) {
    this.protocol = factory.protocol
    this.#factory = factory
  }

  createStreamMuxer (connection: MessageStream): StreamMuxer {
    const send = connection.send.bind(connection)

    connection.send = (data) => {
      try {
        return send(data)
      } catch (thrown) {
        if (asError(thrown).name !== 'StreamStateError') {
          throw thrown
        }

        return false
      }
    }

    return this.#factory.createStreamMuxer(connection)
  }
}
