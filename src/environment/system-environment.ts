import type { Environment, Timer } from './environment.ts'

/** Longest delay that `setTimeout` takes, milliseconds: a longer one fires at once (2^31 - 1, HTML standard). */
const LONGEST_TIMEOUT = 2_147_483_647

/** The real world: the platform's monotonic clock, timers and random numbers, in Node and browsers alike. */
export const systemEnvironment: Environment = {
  now: () => performance.now(),
  date: () => Date.now(),
  startTimer: (ms: number, fired: () => void): Timer => {
    const handle = setTimeout(fired, Math.min(ms, LONGEST_TIMEOUT))

    // a timer of ours is no reason for a Node process to stay; a browser's handle is a number and has no unref
    handle.unref?.()

    return { stop: () => { clearTimeout(handle) } }
  },
  random: () => Math.random(),
  randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length))
}
