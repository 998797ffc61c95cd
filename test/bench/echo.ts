import type { Stream, StreamMessageEvent } from '@libp2p/interface'

/** Sends the same bytes again and again on a stream that echoes, and tells when each echo is there. */
export class Echo {
  readonly #stream: Stream
  readonly #bytes: Uint8Array
  #received = 0
  /** Called once for each echo. */
  echoed: () => void = () => {}

  constructor (stream: Stream, size: number) {
    this.#stream = stream
    this.#bytes = new Uint8Array(size).fill(1)
    stream.addEventListener('message', ({ data }: StreamMessageEvent) => {
      this.#received += data.byteLength

      for (; this.#received >= size; this.#received -= size) {
        this.echoed()
      }
    })
  }

  send (): void {
    this.#stream.send(this.#bytes)
  }

  /** One there and back; resolves with the milliseconds that it took. */
  async once (): Promise<number> {
    return await new Promise(resolve => {
      const began = performance.now()

      this.echoed = () => { resolve(performance.now() - began) }
      this.send()
    })
  }

  /** So many there and back, `inFlight` at a time; resolves when all are. */
  async many (count: number, inFlight: number): Promise<void> {
    await new Promise<void>(resolve => {
      let sent = 0
      let echoed = 0

      this.echoed = () => {
        if (++echoed === count) {
          resolve()
        } else if (sent < count) {
          sent++
          this.send()
        }
      }

      for (; sent < Math.min(inFlight, count); sent++) {
        this.send()
      }
    })
  }
}
