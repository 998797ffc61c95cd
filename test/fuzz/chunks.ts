/** Most bytes of a chunk: some frames are whole in one, some are in many. */
const MAX_CHUNK_BYTES = 24

/** Cuts bytes into chunks, some of them empty, in a way that depends on the bytes alone. */
export function * chunksOf (bytes: Uint8Array): Generator<Uint8Array> {
  let lot = hashOf(bytes)

  for (let from = 0; from < bytes.length;) {
    lot = (Math.imul(lot, 1_664_525) + 1_013_904_223) >>> 0

    // now and then a long one, or large inputs would take long
    const length = (lot >>> 8) % MAX_CHUNK_BYTES * (lot >>> 30 === 0 ? MAX_CHUNK_BYTES : 1)

    yield bytes.subarray(from, from + length)
    from += length
  }
}

/** 32 bits that the bytes decide (FNV-1a). */
export function hashOf (bytes: Uint8Array): number {
  let value = 0x811c_9dc5

  for (const byte of bytes) {
    value = Math.imul(value ^ byte, 0x0100_0193)
  }

  return value >>> 0
}
