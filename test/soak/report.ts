import { flatnessOf, LEAST_GROWTH, MOST_PER_INVITATION } from './flatness.ts'
import type { Sample } from './soak-messages.ts'
import type { SoakResult } from './soak-trial.ts'

/** Most that is printed of what was wrong: the rest is mostly the same. */
const MOST_WRONGS = 20

const COLUMNS = ['process', 'heap, MiB', 'KiB/1,000', 'KiB/h', 'rss, MiB', 'connections', 'streams', 'timers', 'listeners', 'handles', 'invitations', 'flat'] as const

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)
const kilobytes = (bytes: number): string => (bytes / 1_024).toFixed(1)

/** The sum of all counts that go by this name, or begin with it. */
const sumOf = ({ counts }: Sample, what: string): number =>
  Object.entries(counts).reduce((sum, [name, count]) => name === what || name.startsWith(`${what}: `) ? sum + count : sum, 0)

/** The table of a soak, all that was wrong below it, and whether nothing was. */
export function reportOf ({ processes, invitations, took, ends, faults, wrong }: SoakResult): { readonly text: string, readonly isGood: boolean } {
  const rows: string[][] = [[...COLUMNS]]
  const problems = [...wrong]

  for (const [name, { rests: [before, after], course }] of processes) {
    if (before == null || after == null) {
      throw new Error(`${name} was not measured at rest`)
    }

    const isMortal = name.startsWith('mortal')
    // what was killed and started again has no slope
    const flatness = flatnessOf([before, after], isMortal ? [] : course)
    const both = (of: (sample: Sample) => number | string): string => `${of(before)} → ${of(after)}`

    problems.push(...flatness.wrong.map(what => `${name}: ${what}`))
    rows.push([
      name,
      both(({ heap }) => megabytes(heap)),
      isMortal ? '' : kilobytes(flatness.perInvitation * 1_000),
      isMortal ? '' : kilobytes(flatness.perHour),
      both(({ rss }) => megabytes(rss)),
      both(sample => sumOf(sample, 'connections')),
      both(sample => sumOf(sample, 'streams')),
      both(sample => sumOf(sample, 'timers')),
      both(sample => sumOf(sample, 'listeners')),
      both(sample => sumOf(sample, 'resources')),
      both(sample => sumOf(sample, 'invitations')),
      flatness.wrong.length === 0 ? 'yes' : 'NO'
    ])
  }

  return {
    isGood: problems.length === 0,
    text: [
      `${invitations.toLocaleString('en')} invitations in ${(took / 60_000).toFixed(1)} minutes after the warm-up, ${(invitations / took * 1_000).toFixed(0)} a second`,
      `callers' ends, warm-up included: ${listed(ends)}`,
      `faults: ${listed(faults)}`,
      '',
      ...table(rows),
      '',
      'At rest after the warm-up → at rest in the end. Slopes by Theil and Sen, of the heap after a garbage collection, between rounds.',
      `Flat: at most ${MOST_PER_INVITATION} bytes for each invitation (${kilobytes(MOST_PER_INVITATION * 1_000)} KiB for 1,000) or ${megabytes(LEAST_GROWTH)} MiB in all, and no more of anything at rest than before.`,
      ...problems.length === 0 ? [] : ['', `NOT GOOD, ${problems.length}:`, ...problems.slice(0, MOST_WRONGS)]
    ].join('\n')
  }
}

const listed = (counts: Readonly<Record<string, number>>): string => Object.entries(counts).map(([name, count]) => `${name} ${count.toLocaleString('en')}`).join(', ')

function table (rows: readonly string[][]): string[] {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))

  return rows.map(row => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd())
}
