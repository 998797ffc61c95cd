import { RelayLimitError } from './errors.ts'
import type { MessageStream } from '@libp2p/interface'

/** In front of every yamux frame, bytes: version, type, flags (2), stream (4), length (4). */
const HEADER_BYTES = 12
const TYPE_OFFSET = 1
const LENGTH_OFFSET = 8
const TYPE_DATA = 0

/**
 * Follows the yamux frames that come in on a connection, and cuts it at one that says that it is larger than any can be: more
 * than a stream's window is a violation anyway. yamux 8.0.3 sees that only once it holds all of the frame, which can say that
 * it has 4 GiB.
 */
export class FrameWatch {
  readonly #largest: number
  readonly #header = new DataView(new ArrayBuffer(HEADER_BYTES))
  #headerFilled = 0
  /** Of the data of the frame that comes in, bytes that are still to come. */
  #dataLeft = 0

  /** @param largest - bytes of data that one frame may have */
  constructor (largest: number) {
    this.#largest = largest
  }

  /** Cuts a connection at the first frame on it that is too large. */
  follow (connection: MessageStream): void {
    connection.addEventListener('message', ({ data }) => {
      if (!this.read(data.subarray())) {
        connection.abort(new RelayLimitError(`a frame of more than ${this.#largest} bytes`))
      }
    })
  }

  /** Reads on; whether all frames so far are small enough. */
  read (bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.byteLength;) {
      if (this.#dataLeft > 0) {
        const skipped = Math.min(this.#dataLeft, bytes.byteLength - at)

        this.#dataLeft -= skipped
        at += skipped
      } else {
        this.#header.setUint8(this.#headerFilled++, bytes[at++]!)

        if (this.#headerFilled === HEADER_BYTES) {
          this.#headerFilled = 0
          this.#dataLeft = this.#header.getUint8(TYPE_OFFSET) === TYPE_DATA ? this.#header.getUint32(LENGTH_OFFSET) : 0
        }
      }

      if (this.#dataLeft > this.#largest) {
        return false
      }
    }

    return true
  }
}
