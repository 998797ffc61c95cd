import { setTimeout as delay } from 'node:timers/promises'

/** How long anything in a swarm may take, milliseconds, before it is given up: many times what it takes on an idle machine. */
export const PATIENCE = 120_000

/** Milliseconds between two looks. */
const PAUSE = 50

/** Waits until a condition holds; `complaint` says what is missing when it does not come about. */
export async function until (holds: () => boolean, complaint: () => string): Promise<void> {
  const deadline = performance.now() + PATIENCE

  while (!holds()) {
    if (performance.now() > deadline) {
      throw new Error(`after ${PATIENCE / 1_000} s: ${complaint()}`)
    }

    await delay(PAUSE)
  }
}
