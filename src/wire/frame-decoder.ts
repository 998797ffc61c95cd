import type { Uint8ArrayList } from 'uint8arraylist'
import { decodeWord } from './codec.ts'
import { MAX_FRAME_BYTES, MAX_PREFIX_BYTES } from './constants.ts'
import { FrameTooLargeError, InvalidLengthError } from './errors.ts'
import type { Word } from './words.ts'

/**
 * Makes words of the bytes of one stream, however they were cut on their way.
 *
 * It keeps at most the one frame that has not wholly come yet, 16,384 bytes, and copies only that. A frame that lies whole
 * in a chunk is read where it lies. What is too long is refused at its length prefix, before any of it is kept.
 */
export class FrameDecoder {
  /** The length of the frame that is being read, as far as its prefix has come. */
  #length = 0
  /** How many bytes of the prefix have come. */
  #prefixBytes = 0
  /** Whether the prefix has wholly come. */
  #inFrame = false
  /** What has come of a frame that is cut. */
  #part: Uint8Array | undefined
  /** How many bytes of `#part` have come. */
  #partBytes = 0
  /** What was thrown: after a malformed frame nobody knows where the next one begins. */
  #thrown: unknown

  /** Whether a frame has begun and not wholly come yet. */
  get isInFrame (): boolean {
    return this.#prefixBytes > 0
  }

  /**
   * Takes the next bytes of the stream and returns all the words that they complete, in order.
   *
   * Throws a `MalformedFrameError` for a frame that breaks the rules, and the same again whenever it is called after that.
   * Words before it in the same chunk are dropped: the stream is lost, and they with it.
   */
  push (chunk: Uint8Array | Uint8ArrayList): Word[] {
    if (this.#thrown != null) {
      throw this.#thrown
    }

    const words: Word[] = []

    try {
      if (chunk instanceof Uint8Array) {
        this.#read(chunk, words)
      } else {
        for (const bytes of chunk) {
          this.#read(bytes, words)
        }
      }
    } catch (err) {
      this.#thrown = err
      this.#part = undefined
      throw err
    }

    return words
  }

  #read (bytes: Uint8Array, words: Word[]): void {
    let position = 0

    while (position < bytes.length) {
      if (!this.#inFrame) {
        this.#readPrefix(bytes[position++] ?? 0)
      }

      if (this.#inFrame) {
        position += this.#readFrame(bytes, position, words)
      }
    }
  }

  #readPrefix (byte: number): void {
    this.#length |= (byte & 0x7f) << 7 * this.#prefixBytes++

    const ends = byte < 0x80

    if (this.#length > MAX_FRAME_BYTES || (!ends && this.#prefixBytes === MAX_PREFIX_BYTES)) {
      throw new FrameTooLargeError('length', `is more than ${MAX_FRAME_BYTES} bytes`)
    }

    if (byte === 0 && this.#prefixBytes > 1) {
      throw new InvalidLengthError('length', 'takes more bytes than it needs')
    }

    this.#inFrame = ends
  }

  /** Reads what `bytes` has of the frame from `position` on, and returns how many bytes that was. */
  #readFrame (bytes: Uint8Array, position: number, words: Word[]): number {
    const wanted = this.#length - this.#partBytes
    const got = Math.min(wanted, bytes.length - position)
    let frame = bytes.subarray(position, position + got)

    if (got < wanted || this.#part != null) {
      this.#part ??= new Uint8Array(this.#length)
      this.#part.set(frame, this.#partBytes)
      this.#partBytes += got
      frame = this.#part
    }

    if (got === wanted) {
      this.#length = 0
      this.#prefixBytes = 0
      this.#inFrame = false
      this.#part = undefined
      this.#partBytes = 0

      const word = decodeWord(frame)

      if (word != null) {
        words.push(word)
      }
    }

    return got
  }
}
