import { encodeFrames, FrameDecoder } from '../../src/wire/index.ts'
import { Inbox } from './inbox.ts'
import type { Libp2p, Stream, StreamMessageEvent } from '@libp2p/interface'
import type { Word } from '../../src/wire/index.ts'

export const PROTOCOL = '/libp2p-invitation/invitation/1.0.0'

/** A peer without the library, that says what it likes on streams of our protocol. */
export class RawPeer {
  readonly libp2p: Libp2p
  readonly inbox: Inbox = new Inbox()
  /** The streams that the victim opened to it. */
  readonly taken: RawStream[] = []
  readonly #victim: Libp2p

  private constructor (libp2p: Libp2p, victim: Libp2p) {
    this.libp2p = libp2p
    this.#victim = victim
  }

  static async from (libp2p: Libp2p, victim: Libp2p): Promise<RawPeer> {
    const peer = new RawPeer(libp2p, victim)

    await libp2p.handle(PROTOCOL, stream => {
      peer.taken.push(new RawStream(stream, peer.inbox))
      peer.inbox.look()
    }, { maxInboundStreams: 1_000, maxOutboundStreams: 1_000 })

    return peer
  }

  /** A new stream to the victim, on a new connection if there is none. */
  async open (): Promise<RawStream> {
    const [address] = this.#victim.getMultiaddrs()

    return new RawStream(await this.libp2p.dialProtocol(address!, PROTOCOL), this.inbox)
  }

  /** A new stream to the victim on a connection of its own. */
  async openApart (): Promise<RawStream> {
    const connection = await this.libp2p.dial(this.#victim.getMultiaddrs(), { force: true })

    return new RawStream(await connection.newStream(PROTOCOL), this.inbox)
  }

  /** The stream that the victim opened last, once it has opened one. */
  async takenStream (): Promise<RawStream> {
    await this.inbox.until(() => this.taken.length > 0)

    return this.taken.at(-1)!
  }
}

/** A stream of our protocol, with nothing between the test and its bytes. */
export class RawStream {
  readonly stream: Stream
  readonly #inbox: Inbox

  constructor (stream: Stream, inbox: Inbox) {
    const decoder = new FrameDecoder()

    this.stream = stream
    this.#inbox = inbox
    stream.addEventListener('message', ({ data }: StreamMessageEvent) => { inbox.add(decoder.push(data)) })

    for (const event of ['close', 'remoteCloseWrite'] as const) {
      stream.addEventListener(event, () => { inbox.look() })
    }
  }

  get wasReset (): boolean {
    return this.stream.status === 'reset'
  }

  /** Whether the victim has closed its side, or reset it. */
  get isOver (): boolean {
    return this.stream.status !== 'open' || this.stream.remoteWriteStatus !== 'writable'
  }

  /** Sends bytes, unless it was reset. What the victim does not read waits in this peer's own memory. */
  send (bytes: Uint8Array): void {
    if (this.stream.writeStatus === 'writable') {
      this.stream.send(bytes)
    }
  }

  say (...words: Word[]): void {
    this.send(encodeFrames(words))
  }

  /** Waits until the victim has closed its side, or reset it. */
  async over (): Promise<void> {
    await this.#inbox.until(() => this.isOver)
  }

  /** Waits until the victim has taken what was sent, or reset it. */
  async drained (): Promise<void> {
    if (this.stream.writableNeedsDrain) {
      await this.stream.onDrain().catch(() => {})
    }
  }
}
