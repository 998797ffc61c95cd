/** What `work` comes to, unless the signal aborts first: then it throws its reason. The work goes on by itself. */
export async function unlessAborted<T> (work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => { aborted.reject(signal.reason) }

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
