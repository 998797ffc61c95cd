/** What stops a timer that was started. Stopping twice, or after it fired, does nothing. */
export interface Timer {
  stop(): void
}

/**
 * All that the library takes from the world around it apart from the network. Everything that waits or draws lots does
 * it through here, so that a test owns time and chance.
 */
export interface Environment {
  /** Milliseconds that only ever rise; differences are durations, the value itself means nothing. */
  now(): number
  /**
   * Milliseconds since 1970, for time stamps that people read. Nothing is decided by it but whether a presence record is
   * from another time altogether, with minutes of tolerance: two peers' clocks never agree.
   */
  date(): number
  /** Calls `fired` once, `ms` milliseconds from now. Does not keep a process alive by itself. */
  startTimer(ms: number, fired: () => void): Timer
  /** A number from 0 up to, not including, 1: for jitter only. */
  random(): number
  /** Unpredictable bytes, for ids. */
  randomBytes(length: number): Uint8Array
}
