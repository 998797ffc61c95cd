import type { Script } from './script.ts'
import type { Tally } from './simulation.ts'
import type { Verdict } from './verdict.ts'

/** A script for people and for JSON, a line for each step. */
export function describeScript ({ steps, ...head }: Script): string {
  const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`)

  return ['{', ...lines, '  "steps": [', steps.map(step => `    ${JSON.stringify(step)}`).join(',\n'), '  ]', '}'].join('\n')
}

export function describeVerdict ({ violations, invitations, time }: Verdict): string {
  return violations.length === 0
    ? `every rule holds: ${invitations} invitations in ${(time / 1_000).toFixed(1)} s of virtual time`
    : violations.map(({ rule, found }) => `${rule.toUpperCase()} — but: ${found}`).join('\n')
}

/** @param took - milliseconds */
export function describeTally ({ seeds, invitations, time, ends, findings }: Tally, took: number): string {
  const rows = [...ends].toSorted(([, one], [, other]) => other - one).map(([end, count]) => `  ${count.toLocaleString('en').padStart(9)}  ${end}`)

  return [
    `${seeds.toLocaleString('en')} seeds, ${invitations.toLocaleString('en')} invitations, ${(time / 3_600_000).toFixed(1)} hours of virtual time in ${(took / 1_000).toFixed(0)} s: ` +
      `${(seeds / took * 1_000).toFixed(1)} seeds a second; ${findings.length === 0 ? 'every rule holds in every run' : 'A RULE IS BROKEN'}`,
    'how they ended at their callers:',
    ...rows
  ].join('\n')
}
