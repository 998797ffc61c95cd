import { AbortError } from './errors.ts'

/** What a wait rejects with when its signal aborts. */
export const abortError = (signal: AbortSignal | undefined | null): AbortError =>
  new AbortError('the wait was aborted', { cause: signal?.reason })

export function throwIfAborted (signal: AbortSignal | undefined | null): void {
  if (signal?.aborted === true) {
    throw abortError(signal)
  }
}
