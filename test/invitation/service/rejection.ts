/** What the promise rejects with: taken up now, so that it may reject while the test is at something else. */
export async function rejection (promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (thrown) {
    if (thrown instanceof Error) {
      return thrown
    }
  }

  throw new Error('it did not reject with an error')
}
