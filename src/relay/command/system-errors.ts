import { getSystemErrorMessage } from 'node:util'
import { asError } from '../../errors/index.ts'

/** The operating system's name for what went wrong, such as `ENOENT`. */
export function codeOf (thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}

/** What went wrong, in the operating system's words without the system call, or in one line of the error's own. */
export function reasonOf (thrown: unknown): string {
  const error = asError(thrown)

  return 'errno' in error && typeof error.errno === 'number' ? getSystemErrorMessage(error.errno) : error.message.split('\n', 1).join('')
}
