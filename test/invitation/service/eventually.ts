import { vi } from 'vitest'

/** Waits until `holds` no longer throws, for as long as a busy machine may need, and gives what it returns. */
export async function eventually<T> (holds: () => T | Promise<T>): Promise<T> {
  return await vi.waitFor(holds, { timeout: 20_000, interval: 2 })
}
