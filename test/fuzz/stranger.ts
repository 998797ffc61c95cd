import { AbstractStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { TypedEventEmitter } from 'main-event'
import type { Connection, Logger, MessageStreamEvents, PeerId, Stream } from '@libp2p/interface'
import type { SendResult } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Uint8ArrayList } from 'uint8arraylist'

/** What a victim hears that wants to speak first: the stranger takes no streams, and nobody can be dialled. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/** The victim's end of a stream from a stranger, who says what the test says, and keeps what the victim says. */
export class StrangerStream extends AbstractStream {
  /** What the victim said, oldest first. */
  readonly answers: Uint8Array[] = []
  wasReset = false

  constructor (log: Logger) {
    super({ id: 'stranger', direction: 'inbound', log })
  }

  override sendData (data: Uint8ArrayList): SendResult {
    this.answers.push(data.slice())

    return { sentBytes: data.byteLength, canSendMore: true }
  }

  override sendReset (): void {
    this.wasReset = true
  }

  override sendPause (): void {}

  override sendResume (): void {}

  override async sendCloseWrite (): Promise<void> {}

  override async sendCloseRead (): Promise<void> {}
}

/** The victim's end of a connection from a stranger, to whom it can open no stream. */
export class StrangerConnection extends TypedEventEmitter<Omit<MessageStreamEvents, 'drain' | 'message' | 'end'>> implements Connection {
  readonly id: string = 'stranger'
  readonly remoteAddr: Multiaddr = multiaddr('/ip4/127.0.0.1/tcp/1')
  readonly remotePeer: PeerId
  readonly streams: Stream[] = []
  readonly direction: 'inbound' | 'outbound' = 'inbound'
  readonly direct: boolean = true
  readonly status: Connection['status'] = 'open'
  readonly timeline: Connection['timeline'] = { open: 0 }
  readonly log: Logger

  constructor (remotePeer: PeerId, log: Logger) {
    super()
    this.remotePeer = remotePeer
    this.log = log
  }

  async newStream (): Promise<Stream> {
    throw new UnreachableError('the stranger takes no streams')
  }

  async close (): Promise<void> {}

  abort (): void {}
}
