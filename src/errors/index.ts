/**
 * The errors of this library: one base class, one class for each thing that can be wrong with a call. How an invitation
 * *ends* is never an error; it is a state with a reason.
 */
export * from './errors.ts'
export { abortError, throwIfAborted } from './aborted.ts'
export { asError } from './as-error.ts'
