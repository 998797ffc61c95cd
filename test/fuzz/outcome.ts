type ErrorClass = abstract new (...args: never[]) => Error

/**
 * What reading comes to: what it gave, or the name of the error by which it refused, with the field that is wrong if it says so.
 *
 * @param errors - the classes by which it may refuse; any other error is thrown on
 */
export function outcomeOf (read: () => string, ...errors: readonly ErrorClass[]): string {
  try {
    return read()
  } catch (thrown) {
    return nameOfRefusal(thrown, errors)
  }
}

/** The same of what reads with promises. */
export async function outcomeOfAsync (read: () => Promise<string>, ...errors: readonly ErrorClass[]): Promise<string> {
  try {
    return await read()
  } catch (thrown) {
    return nameOfRefusal(thrown, errors)
  }
}

/** Whether an outcome is an error by which an input was refused, and its name. */
export function refusalIn (outcome: string): string | undefined {
  return /^\w+Error\b/.exec(outcome)?.[0]
}

function nameOfRefusal (thrown: unknown, errors: readonly ErrorClass[]): string {
  if (thrown instanceof Error && errors.some(error => thrown instanceof error)) {
    return 'field' in thrown ? `${thrown.name}: ${String(thrown.field)}` : thrown.name
  }

  throw thrown
}
