import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameWatch } from '../../src/relay/frame-watch.ts'

const LARGEST = 1_000
const [DATA, WINDOW_UPDATE] = [0, 1]

/** A frame of yamux, of which no more than `LARGEST` bytes of data come. */
function frame (type: number, length: number): Uint8Array {
  const bytes = new Uint8Array(12 + (type === DATA ? Math.min(length, LARGEST) : 0)).fill(0xff)
  const view = new DataView(bytes.buffer)

  view.setUint8(0, 0)
  view.setUint8(1, type)
  view.setUint32(8, length)

  return bytes
}

/** Whether all frames pass that come in pieces of these sizes. */
function passes (frames: Uint8Array[], sizes: number[]): boolean {
  const watch = new FrameWatch(LARGEST)
  const bytes = Uint8Array.from(Buffer.concat(frames))
  let at = 0

  for (let piece = 0; at < bytes.byteLength; piece++) {
    const size = sizes[piece % sizes.length]!

    if (!watch.read(bytes.subarray(at, at + size))) {
      return false
    }

    at += size
  }

  return true
}

const sizes = fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 8 })
const small = fc.oneof(
  fc.integer({ min: 0, max: LARGEST }).map(length => frame(DATA, length)),
  // what is no data may say any number there: by how much a window grows
  fc.integer({ min: 0, max: 0xffff_ffff }).map(length => frame(WINDOW_UPDATE, length))
)

describe('the frames of yamux', () => {
  it('pass as long as none says that it is too large, in whatever pieces they come', () => {
    fc.assert(fc.property(fc.array(small, { maxLength: 20 }), sizes, (frames, pieces) => {
      expect(passes(frames, pieces)).toBe(true)
    }))
  })

  it('do not from the first on that is', () => {
    fc.assert(fc.property(fc.array(small, { maxLength: 20 }), fc.integer({ min: LARGEST + 1, max: 0xffff_ffff }), sizes, (frames, length, pieces) => {
      expect(passes([...frames, frame(DATA, length)], pieces)).toBe(false)
    }))
  })
})
