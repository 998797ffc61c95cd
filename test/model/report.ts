import type { Violation } from './explore.ts'
import type { Bounds } from './world.ts'

/** The bounds of an exploration, in words. */
export function describeBounds ({ glare, callers, cuts, crashes, repeats, moves, without }: Bounds): string {
  const faults = Object.entries({ cuts, crashes, repeats, 'changes of streams': moves })
    .filter(([, most]) => most > 0)
    .map(([fault, most]) => `${fault} ${most}`)
  const left = without == null ? [] : [`without ${without.map(start => start.trim()).join(', ')}`]

  return [callers.length > 1 ? `both invite, glare ${glare}` : `${callers.join()} invites`, ...faults, ...left].join('; ')
}

/** What is broken, and the shortest way there. */
export function describeViolation ({ broken, trace }: Violation): string {
  return [`  BROKEN: ${broken}, after ${trace.length} steps`, ...trace.map((action, index) => `    ${index + 1}. ${action}`)].join('\n')
}
