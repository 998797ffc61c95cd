import type { Outcome, SessionOutcome } from 'libp2p-invitation'

/** What became of an invitation of which no session came, as a sentence. */
export function wordsForAnswer (name: string, { state, reason, originator }: Outcome): string {
  switch (state) {
    case 'refused':
      return reason === 'busy' ? `${name} is busy.` : `${name} said no.`
    case 'expired':
      return `${name} did not answer.`
    case 'canceled':
      return originator === 'local' ? `${name} is not asked any more.` : `${name} asked you at the same moment.`
    default:
      return `${name} cannot be reached.`
  }
}

/** How a session ended, as a sentence. */
export function wordsForEnd (name: string, { originator }: SessionOutcome): string {
  switch (originator) {
    case 'local':
      return 'You ended it.'
    case 'remote':
      return `${name} ended it.`
    case 'system':
      return `The connection to ${name} is lost.`
  }
}

export function wordsForError (thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
