import { TimeoutError } from '@libp2p/interface'
import type { Environment } from '../environment/index.ts'

/**
 * Runs `work` with a signal that aborts when `signal` does or after `ms` milliseconds. (`AbortSignal.timeout` runs on
 * a clock that no test can move.)
 *
 * @throws {TimeoutError} when the time was up, whatever `work` made of it
 */
export async function withinTimeLimit<T> (
  environment: Environment,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const limit = new AbortController()
  const timer = environment.startTimer(ms, () => { limit.abort(new TimeoutError(`took longer than ${ms} ms`)) })

  try {
    return await work(AbortSignal.any([signal, limit.signal]))
  } catch (thrown) {
    throw limit.signal.aborted ? limit.signal.reason : thrown
  } finally {
    timer.stop()
  }
}
