import { getHeapStatistics } from 'node:v8'
import { InputTooSlowError, TooMuchMemoryError } from './errors.ts'
import { MAX_INPUT_GROWTH, MAX_INPUT_TIME } from './constants.ts'

/** Bytes of V8's heap, and of what it has beside it, such as typed arrays. */
export function memoryInUse (): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()

  return heap + external
}

/** Looks at what each input costs. */
export class Watch {
  /** The slowest input so far, milliseconds. */
  slowest = 0
  /** The most by which memory grew with one input, bytes. */
  largestGrowth = 0
  #began = 0
  #before = 0

  begin (): void {
    this.#before = memoryInUse()
    this.#began = performance.now()
  }

  /**
   * @throws {InputTooSlowError} it took too long
   * @throws {TooMuchMemoryError} it took too much
   */
  end (): void {
    const time = performance.now() - this.#began
    const growth = memoryInUse() - this.#before

    this.slowest = Math.max(this.slowest, time)
    this.largestGrowth = Math.max(this.largestGrowth, growth)

    if (time > MAX_INPUT_TIME) {
      throw new InputTooSlowError(`it took ${Math.round(time)} ms`)
    }

    if (growth > MAX_INPUT_GROWTH) {
      throw new TooMuchMemoryError(`it took ${growth} bytes`)
    }
  }
}
