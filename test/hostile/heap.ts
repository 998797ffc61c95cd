import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { setImmediate as turn } from 'node:timers/promises'

setFlagsFromString('--expose-gc')

const collect: () => void = runInNewContext('gc')

/** Bytes on the heap, and in buffers beside it, that something still refers to. */
export async function heldBytes (): Promise<number> {
  for (let i = 0; i < 4; i++) {
    await turn()
    collect()
  }

  const { heapUsed, arrayBuffers } = process.memoryUsage()

  return heapUsed + arrayBuffers
}

export const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`
