import * as fc from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { describe, expect, it } from 'vitest'
import { FrameSplitter } from '../../../src/presence/exchange/frame-splitter.ts'
import { FrameTooLargeError, MAX_MESSAGE_BYTES } from '../../../src/presence/exchange/index.ts'

/** A frame with its length in front. */
function framed (frame: Uint8Array): number[] {
  const length: number[] = []
  let rest = frame.byteLength

  for (; rest > 0x7f; rest >>>= 7) {
    length.push(rest & 0x7f | 0x80)
  }

  return [...length, rest, ...frame]
}

const someFrames = fc.array(fc.uint8Array({ maxLength: 400, size: 'max' }), { maxLength: 8 })

describe('the frames of a stream', () => {
  it('are the same however their bytes are cut', () => {
    fc.assert(fc.property(someFrames, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (frames, cuts) => {
      const bytes = Uint8Array.from(frames.flatMap(framed))
      const splitter = new FrameSplitter()
      const read: Uint8Array[] = []

      for (let from = 0, turn = 0; from < bytes.length; turn++) {
        const to = from + (cuts[turn % cuts.length] ?? 1)

        read.push(...splitter.framesIn(bytes.subarray(from, to)))
        from = to
      }

      expect(read).toEqual(frames)
      expect(splitter.isInFrame).toBe(false)
    }))
  })

  it('are read across the parts of a list', () => {
    const [first, ...rest] = framed(Uint8Array.of(1, 2, 3))
    const list = new Uint8ArrayList(Uint8Array.of(first ?? 0), Uint8Array.from(rest), Uint8Array.of(0, 1))
    const splitter = new FrameSplitter()

    expect([...splitter.framesIn(list)]).toEqual([Uint8Array.of(1, 2, 3), new Uint8Array()])
    expect(splitter.isInFrame).toBe(true)
    expect([...splitter.framesIn(Uint8Array.of(9))]).toEqual([Uint8Array.of(9)])
  })

  it('may be as large as the limit and no larger', () => {
    const largest = new Uint8Array(MAX_MESSAGE_BYTES).fill(7)

    expect([...new FrameSplitter().framesIn(Uint8Array.from(framed(largest)))]).toEqual([largest])
    expect(() => [...new FrameSplitter().framesIn(Uint8Array.from(framed(new Uint8Array(MAX_MESSAGE_BYTES + 1))).subarray(0, 3))]).toThrow(FrameTooLargeError)
  })

  it('keep none of the bytes that they came in', () => {
    const bytes = Uint8Array.from(framed(Uint8Array.of(1, 2, 3)))
    const [frame] = new FrameSplitter().framesIn(bytes)

    bytes.fill(0)
    expect(frame).toEqual(Uint8Array.of(1, 2, 3))
    expect(frame?.buffer.byteLength).toBe(3)
  })
})
