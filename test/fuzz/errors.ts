/** An input took longer than any may. */
export class InputTooSlowError extends Error {
  override readonly name = 'InputTooSlowError'
}

/** An input took more memory than any may, or all of them together left too much behind. */
export class TooMuchMemoryError extends Error {
  override readonly name = 'TooMuchMemoryError'
}
