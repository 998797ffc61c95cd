import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import { memory } from '@libp2p/memory'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { encodeFrames, FrameDecoder } from '../../../src/wire/index.ts'
import { PROTOCOL } from '../../link/nodes.ts'
import type { Libp2p, Stream } from '@libp2p/interface'
import type { Word } from '../../../src/wire/index.ts'
import type { TestPeer } from './test-peer.ts'

/** A peer that says what the test says, and nothing else: it shows what is really on the wire. */
export class RawPeer implements AsyncDisposable {
  readonly #libp2p: Libp2p
  readonly #stream: Stream
  readonly #decoder = new FrameDecoder()
  /** All that was said to it. */
  readonly heard: Word[] = []

  private constructor (libp2p: Libp2p, stream: Stream) {
    this.#libp2p = libp2p
    this.#stream = stream
    stream.addEventListener('message', ({ data }) => { this.heard.push(...this.#decoder.push(data)) })
  }

  /** Connects to a peer. */
  static async connect (to: TestPeer): Promise<RawPeer> {
    const libp2p = await createLibp2p({
      transports: [memory()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionMonitor: { enabled: false },
      services: { identify: identify() }
    })
    const connection = await libp2p.dial(to.libp2p.getMultiaddrs())

    return new RawPeer(libp2p, await connection.newStream(PROTOCOL))
  }

  say (...words: Word[]): void {
    this.#stream.send(encodeFrames(words))
  }

  async [Symbol.asyncDispose] (): Promise<void> {
    await this.#libp2p.stop()
  }
}
