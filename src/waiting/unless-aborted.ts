/**
 * What `work` comes to, unless the signal aborts first: then it throws what `error` makes of the signal, which is its reason unless told
 * otherwise. The work goes on by itself.
 */
export async function unlessAborted<T> (
  work: Promise<T>,
  signal: AbortSignal | undefined,
  error: (signal: AbortSignal) => unknown = ({ reason }) => reason
): Promise<T> {
  if (signal == null) {
    return await work
  }

  const aborted = Promise.withResolvers<never>()
  const abort = (): void => { aborted.reject(error(signal)) }

  signal.addEventListener('abort', abort)

  if (signal.aborted) {
    abort()
  }

  try {
    return await Promise.race([aborted.promise, work])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
