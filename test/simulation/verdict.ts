import { violations } from './invariants.ts'
import { invitationsIn } from './script.ts'
import { play } from './script-player.ts'
import type { History } from './history.ts'
import type { Violation } from './invariants.ts'
import type { Script } from './script.ts'
import type { Played } from './script-player.ts'

/** What a run of a script came to. */
export interface Verdict {
  /** What of the rules does not hold. */
  readonly violations: readonly Violation[]
  readonly invitations: number
  /** How often an invitation ended in each way at its caller, by state and reason. */
  readonly ends: { readonly [end: string]: number }
  /** Virtual time, milliseconds. */
  readonly time: number
  readonly trace: string
}

/** Plays a script, and holds what was seen against the rules. */
export async function judge (script: Script): Promise<Verdict> {
  try {
    return verdictOn(script, await play(script))
  } catch (thrown) {
    const found = thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown)

    return { violations: [{ rule: 'nothing throws where nobody catches it', found }], invitations: invitationsIn(script), ends: {}, time: 0, trace: '' }
  }
}

function verdictOn (script: Script, { history, time, trace }: Played): Verdict {
  return {
    violations: violations(history, { glareIsOff: script.glare === 'off' }),
    invitations: invitationsIn(script),
    ends: endsIn(history),
    time,
    trace
  }
}

function endsIn ({ facts }: History): { [end: string]: number } {
  const ends = facts.flatMap(fact => fact.saw === 'state' && fact.role === 'caller' && fact.end != null ? [fact.end] : [])

  return Object.fromEntries([...Map.groupBy(ends, ({ state, reason }) => state === reason ? state : `${state}: ${reason}`)].map(([end, all]) => [end, all.length]))
}
