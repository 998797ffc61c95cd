import { elementIn, elementOf, rowFrom } from '../page/element.ts'
import { nameOf } from '../page/names.ts'
import { wordsForLog } from './end-words.ts'
import { noteOf } from './note.ts'
import type { EndedInvitation, Session } from 'libp2p-invitation'
import type { Peer } from 'libp2p-invitation/peer'

/** Most calls that are kept, the newest. */
const MOST_CALLS = 50

const KEY = 'call.log'

/** One call, as it is kept. */
interface LoggedCall {
  /** Of the invitation. */
  readonly id: string
  readonly name: string
  readonly words: string
  readonly note: string
  readonly isMissed: boolean
  /** Milliseconds since 1970. */
  readonly at: number
  /** Milliseconds that was talked; undefined if nobody did. */
  readonly talked?: number
}

/** All calls, in and out, the newest first, with those that were missed. It is kept for the next time. */
export class CallLog {
  readonly #peer: Peer
  readonly #list = elementOf('call-log', HTMLOListElement)
  readonly #none = elementOf('no-calls', HTMLElement)
  #calls = keptCalls()

  constructor (peer: Peer) {
    this.#peer = peer
  }

  start (signal: AbortSignal): void {
    const { invitation } = this.#peer.services

    invitation.addEventListener('invitation:ended', ({ detail }) => { this.#add(detail) }, { signal })
    invitation.addEventListener('invitation:missed', ({ detail }) => { this.#change(detail.invitation.id, { isMissed: true }) }, { signal })
    invitation.addEventListener('session:ended', ({ detail: { session, end } }) => { this.#talkEnded(session, end.at) }, { signal })
    this.#show()
  }

  #add ({ invitation, end }: EndedInvitation): void {
    // of two calls that crossed, the one that was kept is in the log
    if (end.reason !== 'glare') {
      const { id, role, peer, content } = invitation

      this.#keep([{
        id,
        name: nameOf(this.#peer, peer),
        words: wordsForLog(role, end),
        note: noteOf(content),
        isMissed: false,
        at: Date.now()
      }, ...this.#calls])
    }
  }

  #talkEnded ({ id }: Session, at: number): void {
    const begun = this.#calls.find(call => call.id === id)?.at

    if (begun != null) {
      this.#change(id, { talked: Math.max(0, at - begun) })
    }
  }

  #change (id: string, change: Partial<LoggedCall>): void {
    this.#keep(this.#calls.map(call => call.id === id ? { ...call, ...change } : call))
  }

  #keep (calls: LoggedCall[]): void {
    this.#calls = calls.slice(0, MOST_CALLS)

    try {
      localStorage.setItem(KEY, JSON.stringify(this.#calls))
    } catch {
      // where the browser stores nothing, the log is that of this visit
    }

    this.#show()
  }

  #show (): void {
    this.#none.hidden = this.#calls.length > 0
    this.#list.replaceChildren(...this.#calls.map(rowOf))
  }
}

function rowOf ({ name, words, note, isMissed, at, talked }: LoggedCall): HTMLLIElement {
  const row = rowFrom('log-row')
  const time = elementIn(row, 'time', HTMLTimeElement)
  const date = new Date(at)
  const result = isMissed ? 'missed' : talked == null ? words : `${words}, ${durationWords(talked)}`

  row.classList.toggle('missed', isMissed)
  elementIn(row, '.name', HTMLElement).textContent = name
  elementIn(row, '.result', HTMLElement).textContent = note === '' ? result : `${result} · “${note}”`
  time.dateTime = date.toISOString()
  time.textContent = date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString([], { day: 'numeric', month: 'short' })

  return row
}

/** Minutes and seconds, as `1:05`. */
export function durationWords (milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000)

  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function keptCalls (): LoggedCall[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')

    return Array.isArray(kept) ? kept.filter(isLoggedCall).slice(0, MOST_CALLS) : []
  } catch {
    return []
  }
}

/** An earlier version of this page may have kept another kind. */
function isLoggedCall (kept: unknown): kept is LoggedCall {
  const call = kept as Partial<LoggedCall> | null

  return typeof call === 'object' && call != null && typeof call.id === 'string' && typeof call.name === 'string' &&
    typeof call.words === 'string' && typeof call.note === 'string' && typeof call.at === 'number'
}
