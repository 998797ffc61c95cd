import { elementIn, elementOf } from '../page/element.ts'
import { nameOf } from '../page/names.ts'
import { durationWords } from './duration-words.ts'
import { wordsForLog } from './end-words.ts'
import { keepCalls, keptCalls } from './kept-calls.ts'
import { MissedMark } from './missed-mark.ts'
import { noteOf } from './note.ts'
import { notify } from './notices.ts'
import { Rows } from './rows.ts'
import type { EndedInvitation, Session } from 'libp2p-invitation'
import type { Peer } from 'libp2p-invitation/peer'
import type { PeerPresence } from 'libp2p-invitation/presence'
import type { LoggedCall } from './kept-calls.ts'

/** All calls, in and out, the newest first, with those that were missed. It is kept for the next time. */
export class CallLog {
  readonly #peer: Peer
  readonly #callBack: (who: PeerPresence) => void
  readonly #none = elementOf('no-calls', HTMLElement)
  readonly #rows: Rows<LoggedCall>
  readonly #missedMark = new MissedMark(() => { this.#looked() })
  #calls = keptCalls()

  /** @param callBack - is told of whom the user wants to call */
  constructor (peer: Peer, callBack: (who: PeerPresence) => void) {
    this.#peer = peer
    this.#callBack = callBack
    this.#rows = new Rows({
      list: elementOf('call-log', HTMLOListElement),
      template: 'log-row',
      describe: (row, call) => { this.#describe(row, call) },
      pressed: call => { this.#pressed(call) }
    })
  }

  start (signal: AbortSignal): void {
    const { invitation, presence } = this.#peer.services

    invitation.addEventListener('invitation:ended', ({ detail }) => { this.#add(detail) }, { signal })
    invitation.addEventListener('invitation:missed', ({ detail }) => { this.#change(detail.invitation.id, { isMissed: true, isNew: true }) }, { signal })
    invitation.addEventListener('session:ended', ({ detail: { session, end } }) => { this.#talkEnded(session, end.at) }, { signal })
    presence.addEventListener('peer:online', () => { this.#show() }, { signal })
    presence.addEventListener('peer:offline', () => { this.#show() }, { signal })
    this.#missedMark.start(signal)
    this.#show()
  }

  #add ({ invitation, end }: EndedInvitation): void {
    // of two calls that crossed, the one that was kept is in the log
    if (end.reason !== 'glare') {
      const { id, role, peer, content } = invitation

      this.#keep([{
        id,
        peer: peer.toString(),
        name: nameOf(this.#peer, peer),
        isIncoming: role === 'callee',
        words: wordsForLog(role, end),
        note: noteOf(content),
        isMissed: false,
        isNew: false,
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

  #looked (): void {
    if (this.#calls.some(({ isNew }) => isNew)) {
      this.#keep(this.#calls.map(call => ({ ...call, isNew: false })))
    }
  }

  #keep (calls: readonly LoggedCall[]): void {
    this.#calls = keepCalls(calls)
    this.#show()
  }

  #show (): void {
    this.#none.hidden = this.#calls.length > 0
    this.#rows.show(new Map(this.#calls.map(call => [call.id, call])))
    this.#missedMark.show(this.#calls.filter(({ isNew }) => isNew).length)
  }

  #describe (row: HTMLLIElement, call: LoggedCall): void {
    const { name, isIncoming, note, isMissed, isNew, at } = call
    const result = wordsFor(call)
    const time = elementIn(row, 'time', HTMLTimeElement)
    const button = elementIn(row, 'button', HTMLButtonElement)
    const isHere = this.#presenceOf(call) != null

    row.classList.toggle('missed', isMissed)
    row.classList.toggle('new', isNew)
    elementIn(row, 'use', SVGUseElement).setAttribute('href', isIncoming ? '#icon-incoming' : '#icon-outgoing')
    elementIn(row, '.name', HTMLElement).textContent = name
    elementIn(row, '.result', HTMLElement).textContent = note === '' ? result : `${result} · “${note}”`
    time.dateTime = new Date(at).toISOString()
    time.textContent = timeWords(new Date(at))
    button.setAttribute('aria-label', `Call ${name} back`)
    // not `disabled`, or those who go by keyboard would neither find it nor hear why it does nothing
    button.setAttribute('aria-disabled', String(!isHere))
    button.title = isHere ? `Call ${name} back` : absenceWords(call)
  }

  #pressed (call: LoggedCall): void {
    const who = this.#presenceOf(call)

    if (who == null) {
      notify(absenceWords(call))
    } else {
      this.#callBack(who)
    }
  }

  #presenceOf ({ peer }: LoggedCall): PeerPresence | undefined {
    return this.#peer.services.presence.list().find(present => present.peer.toString() === peer)
  }
}

function absenceWords ({ name }: LoggedCall): string {
  return `${name} is not here now.`
}

function wordsFor ({ words, isMissed, talked }: LoggedCall): string {
  if (isMissed) {
    return 'missed'
  }

  return talked == null ? words : `${words}, ${durationWords(talked)}`
}

/** The time of today, or else the day. */
function timeWords (date: Date): string {
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString([], { day: 'numeric', month: 'short' })
}
