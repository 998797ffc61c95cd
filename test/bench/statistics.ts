/** What is said of many measurements of the same thing. */
export interface Summary {
  readonly p50: number
  readonly p90: number
  readonly p99: number
}

export function summaryOf (measurements: readonly number[]): Summary {
  const sorted = measurements.toSorted((one, other) => one - other)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN

  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}

export const medianOf = (measurements: readonly number[]): number => summaryOf(measurements).p50
