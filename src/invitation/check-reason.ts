import { InvalidArgumentError } from '../errors/index.ts'

/** Checks a reason that a user of plain JavaScript may have misspelt. Throws `InvalidArgumentError`, naming the known ones. */
export function checkReason (known: readonly string[], reason: unknown): void {
  if (reason !== undefined && !known.some(name => name === reason)) {
    throw new InvalidArgumentError(`the reason must be one of ${known.join(', ')}`)
  }
}
