/** Most calls that are kept, the newest. */
const MOST_CALLS = 50

const KEY = 'call.log'

/** One call, as it is kept. */
export interface LoggedCall {
  /** Of the invitation. */
  readonly id: string
  /** The id of the other. */
  readonly peer: string
  /** What the other was called. */
  readonly name: string
  readonly isIncoming: boolean
  readonly words: string
  readonly note: string
  readonly isMissed: boolean
  /** Whether it was missed and nobody has looked at it yet. */
  readonly isNew: boolean
  /** Milliseconds since 1970. */
  readonly at: number
  /** Milliseconds that was talked; undefined if nobody did. */
  readonly talked?: number
}

/** What is kept from the last time, the newest first. */
export function keptCalls (): LoggedCall[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')

    return Array.isArray(kept) ? kept.filter(isLoggedCall).slice(0, MOST_CALLS) : []
  } catch {
    return []
  }
}

/** Keeps the newest of these calls for the next time, and gives them back. */
export function keepCalls (calls: readonly LoggedCall[]): LoggedCall[] {
  const newest = calls.slice(0, MOST_CALLS)

  try {
    localStorage.setItem(KEY, JSON.stringify(newest))
  } catch {
    // where the browser stores nothing, the log is that of this visit
  }

  return newest
}

/** An earlier version of this page may have kept another kind. */
function isLoggedCall (kept: unknown): kept is LoggedCall {
  const call = kept as Partial<LoggedCall> | null

  return call != null && typeof call.at === 'number' &&
    [call.id, call.peer, call.name, call.words, call.note].every(text => typeof text === 'string') &&
    [call.isIncoming, call.isMissed, call.isNew].every(is => typeof is === 'boolean')
}
