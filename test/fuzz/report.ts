import { relative } from 'node:path'
import type { FileCoverage } from './covered-lines.ts'
import type { TargetResult } from './messages.ts'

const number = (value: number): string => Math.round(value).toLocaleString('en')
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** Bytes as a command can be given them. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** What came of one target, in a few lines. */
export function describeResult ({ target, inputs, time, refusals, population, slowest, largestGrowth, leftBehind, finding }: TargetResult): string {
  const refused = [...refusals].toSorted(([, a], [, b]) => b - a).map(([name, times]) => `${name} ${number(times)}`)

  return [
    `${target}: ${number(inputs)} inputs, ${number(inputs / time * 1_000)} a second, made of ${population}`,
    `  refused: ${refused.join(', ') || 'none'}`,
    `  slowest input ${slowest.toFixed(1)} ms; memory: at most ${megabytes(largestGrowth)} with one input, ${megabytes(leftBehind)} left behind by all`,
    ...finding == null ? [] : [`  FOUND ${finding.error.replaceAll('\n', '\n  ')}`, `  by ${hex(finding.input)}`]
  ].join('\n')
}

/** How much of each file has run, and what has not. */
export function describeCoverage (files: readonly FileCoverage[]): string {
  const lines = files.reduce((sum, file) => sum + file.lines, 0)
  const missed = files.reduce((sum, file) => sum + file.missed.length, 0)

  return [
    `src/wire: ${number(lines - missed)} of ${number(lines)} lines of code ran in all their blocks, ${((1 - missed / lines) * 100).toFixed(1)} %`,
    ...files.flatMap(({ file, missed: inFile }) => inFile.map(({ line, text }) => `  never all of ${relative(process.cwd(), file)}:${line}  ${text}`))
  ].join('\n')
}
