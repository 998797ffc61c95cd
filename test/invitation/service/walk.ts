/** All states that a handle walks through, once it is done. */
export async function walk<State> (states: AsyncIterable<State>): Promise<State[]> {
  const walked: State[] = []

  for await (const state of states) {
    walked.push(state)
  }

  return walked
}
