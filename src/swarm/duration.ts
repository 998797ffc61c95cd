import { InvalidArgumentError } from '../errors/index.ts'
import type { Duration } from './index.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 }

/**
 * What a duration comes to in milliseconds. Pure.
 *
 * @param name - of what it is, for the error
 * @throws {InvalidArgumentError} it is none, or negative
 */
export function milliseconds (duration: Duration, name: string): number {
  const value = typeof duration === 'number' ? duration : read(duration)

  if (!(value >= 0) || value === Infinity) {
    throw new InvalidArgumentError(`${name}: milliseconds, or a text such as '500 ms', '90 s', '2 min' or '1 h'`)
  }

  return Math.round(value)
}

function read (text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?(ms|s|min|h)$/.exec(text) ?? []

  return Number(amount) * (UNITS[unit] ?? Number.NaN)
}
