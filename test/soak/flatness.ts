import type { Sample } from './soak-messages.ts'

/** A sample, and how many invitations there had been by then, in all. */
export interface Measured extends Sample {
  readonly invitations: number
  /** Milliseconds since the soak began. */
  readonly at: number
}

export interface Flatness {
  /** Bytes of heap for each invitation. */
  readonly perInvitation: number
  /** Bytes of heap an hour. */
  readonly perHour: number
  /** What is not flat, for people; nothing if all is. */
  readonly wrong: readonly string[]
}

/**
 * Most that the heap may grow for each invitation, bytes. What has to be kept for an invitation takes 600 (a tombstone), and the smallest
 * object some 16.
 */
export const MOST_PER_INVITATION = 8

/** Growth of the heap in the whole soak that says nothing, bytes: code is compiled and thrown away, tables double. */
export const LEAST_GROWTH = 1_048_576

/** What is there for nothing but invitations and who is present, and so the same at rest whatever was before. */
const EXACT = /^(?:invitations|roster|timers: (?:invitation|link|session)\/.*|streams: \/libp2p-invitation\/invitation\/.*)$/

/**
 * How many more there may be of what comes and goes with connections, as a relay's timers do that end what it relays: how often two peers
 * dialled each other at the same moment is chance.
 */
const slackOf = (count: number): number => Math.max(8, Math.ceil(count / 4))

/**
 * Whether a process held as much in the end as in the beginning.
 *
 * @param rests - at rest, before and after
 * @param course - in between, after each round: what the slope of the heap is read from
 */
export function flatnessOf (rests: readonly [Sample, Sample], course: readonly Measured[]): Flatness {
  const perInvitation = slopeOf(course.map(({ invitations, heap }) => [invitations, heap]))
  const perHour = slopeOf(course.map(({ at, heap }) => [at / 3_600_000, heap]))
  const growth = perInvitation * ((course.at(-1)?.invitations ?? 0) - (course[0]?.invitations ?? 0))
  const wrong = differences(rests)

  if (perInvitation > MOST_PER_INVITATION && growth > LEAST_GROWTH) {
    wrong.push(`heap: ${perInvitation.toFixed(1)} bytes for each invitation, ${(growth / 2 ** 20).toFixed(1)} MiB in all`)
  }

  return { perInvitation, perHour, wrong }
}

/** What there is more of at rest than there was. */
function differences ([before, after]: readonly [Sample, Sample]): string[] {
  return Object.entries(after.counts).flatMap(([name, count]) => {
    const was = before.counts[name] ?? 0
    const most = EXACT.test(name) ? was : was + slackOf(was)

    return count > most ? [`${name}: ${was}, then ${count}`] : []
  })
}

/** The slope by Theil and Sen, the median of the slopes between each two points: a third of them may lie anywhere. */
export function slopeOf (points: ReadonlyArray<readonly [number, number]>): number {
  const slopes = points.flatMap(([x, y], index) => points.slice(index + 1).filter(([later]) => later !== x).map(([later, there]) => (there - y) / (later - x))).toSorted((one, other) => one - other)
  const middle = slopes.length >> 1

  if (slopes.length === 0) {
    return 0
  }

  return slopes.length % 2 === 1 ? slopes[middle]! : (slopes[middle - 1]! + slopes[middle]!) / 2
}
