import type { Uint8ArrayList } from 'uint8arraylist'
import { MAX_LENGTH_BYTES, MAX_MESSAGE_BYTES } from './constants.ts'
import { FrameTooLargeError, InvalidLengthError } from './errors.ts'

/**
 * Makes frames of the bytes of one stream, however they were cut on their way. Pure.
 *
 * It keeps at most the one frame that has not wholly come yet. What is too long is refused at its length, before any of it
 * is kept.
 */
export class FrameSplitter {
  /** The length of the frame that is being read, as far as it has come. */
  #length = 0
  /** How many bytes of the length have come. */
  #lengthBytes = 0
  /** What has come of the frame, once its length is known. */
  #frame: Uint8Array | undefined
  #frameBytes = 0

  /** Whether a frame has begun and not ended. */
  get isInFrame (): boolean {
    return this.#lengthBytes > 0
  }

  /**
   * Takes the next bytes of the stream and gives each frame that ends in them, without its length. To be read to its end
   * before the next bytes are given. A frame is a copy: it keeps no other bytes.
   *
   * @throws {FrameTooLargeError} the stream is lost
   * @throws {InvalidLengthError} the stream is lost
   */
  * framesIn (chunk: Uint8Array | Uint8ArrayList): Generator<Uint8Array> {
    for (const bytes of chunk instanceof Uint8Array ? [chunk] : chunk) {
      let position = 0

      while (position < bytes.byteLength) {
        if (this.#frame == null) {
          this.#readLength(bytes[position++] ?? 0)
        }

        if (this.#frame != null) {
          position += this.#fill(this.#frame, bytes.subarray(position))

          if (this.#frameBytes === this.#length) {
            yield this.#end(this.#frame)
          }
        }
      }
    }
  }

  #readLength (byte: number): void {
    this.#length |= (byte & 0x7f) << 7 * this.#lengthBytes++

    const ends = byte < 0x80

    if (this.#length > MAX_MESSAGE_BYTES || (!ends && this.#lengthBytes === MAX_LENGTH_BYTES)) {
      throw new FrameTooLargeError('length', `a message has at most ${MAX_MESSAGE_BYTES} bytes`)
    }

    if (byte === 0 && this.#lengthBytes > 1) {
      throw new InvalidLengthError('length', 'the length is longer than it need be')
    }

    if (ends) {
      this.#frame = new Uint8Array(this.#length)
    }
  }

  /** Puts what belongs to the frame into it, and returns how many bytes that was. */
  #fill (frame: Uint8Array, bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.#length - this.#frameBytes)

    frame.set(part, this.#frameBytes)
    this.#frameBytes += part.byteLength

    return part.byteLength
  }

  #end (frame: Uint8Array): Uint8Array {
    this.#length = 0
    this.#lengthBytes = 0
    this.#frame = undefined
    this.#frameBytes = 0

    return frame
  }
}
