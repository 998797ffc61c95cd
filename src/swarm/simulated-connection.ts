import { AbstractMultiaddrConnection } from '@libp2p/utils'
import type { Pipe } from './pipe.ts'
import type { Logger } from '@libp2p/interface'
import type { SendResult } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Uint8ArrayList } from 'uint8arraylist'

export interface SimulatedConnectionInit {
  readonly remoteAddr: Multiaddr
  readonly direction: 'inbound' | 'outbound'
  readonly log: Logger
  /** Towards the other end, and from there. */
  readonly outgoing: Pipe
  readonly incoming: Pipe
  /** The other end. */
  readonly other: () => SimulatedConnection
}

/** One end of a connection in the simulated network. */
export class SimulatedConnection extends AbstractMultiaddrConnection {
  readonly #outgoing: Pipe
  readonly #incoming: Pipe
  readonly #other: () => SimulatedConnection

  constructor ({ remoteAddr, direction, log, outgoing, incoming, other }: SimulatedConnectionInit) {
    super({ remoteAddr, direction, log })

    this.#outgoing = outgoing
    this.#incoming = incoming
    this.#other = other
    this.addEventListener('close', () => { incoming.lose() })
  }

  override sendData (data: Uint8ArrayList): SendResult {
    return { sentBytes: data.byteLength, canSendMore: this.#outgoing.carry(data) }
  }

  override sendReset (): void {
    this.#outgoing.signal(() => { this.#other().onReset() })
  }

  override async sendClose (): Promise<void> {
    this.#outgoing.signal(() => { this.#other().onTransportClosed() })
  }

  override sendPause (): void {
    this.#incoming.pause()
  }

  override sendResume (): void {
    this.#incoming.resume()
  }

  /** There is room again for what is to be sent. */
  onDrained (): void {
    this.safeDispatchEvent('drain')
  }

  /** The connection is gone, as far as this end can tell; what still comes is lost. */
  onReset (): void {
    if (this.status === 'open' || this.status === 'closing') {
      this.onRemoteReset()
    }
  }

  /** Both ends know at once. */
  cut (): void {
    this.onReset()
    this.#other().onReset()
  }
}
