import type { Swarm } from './swarm.ts'

/** Bytes per second and peer: a fifth of the default, since one process does the work of all of them. */
export const BUDGET = 1_000

/** For suites, which a busy machine may slow down. */
export const LONG = { timeout: 600_000 } as const

/** For what reasons, and how often each, the others were told that a peer is gone. */
export function reasonsOf (swarm: Swarm, { id }: { readonly id: string }): Record<string, number> {
  const reasons: Record<string, number> = {}

  for (const { reason } of swarm.sightings.all.filter(({ of, what }) => of === id && what === 'offline')) {
    reasons[reason!] = (reasons[reason!] ?? 0) + 1
  }

  return reasons
}
