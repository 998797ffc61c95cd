import type { End, RefusalReason, SessionOutcome } from 'libp2p-invitation'

const REFUSED: Readonly<Record<RefusalReason, string>> = {
  'declined': 'does not want to talk now',
  'busy': 'is busy',
  'do-not-disturb': 'does not want to be disturbed',
  'no-answer': 'does not answer',
  'unavailable': 'is not available',
  'unsupported': 'cannot take such calls',
  'not-allowed': 'does not take calls from you',
  'need-permission': 'takes calls from you only after permission',
  'custom': 'refused'
}

/** What became of a call that this user made, as a sentence. Undefined where there is nothing to say: it is the user's own doing, or a call came of it. */
export function wordsForCaller (name: string, end: End): string | undefined {
  switch (end.state) {
    case 'accepted':
      return undefined
    case 'canceled':
      return end.originator === 'local' || end.reason === 'glare' ? undefined : `${name} could not be rung.`
    case 'refused':
      return `${name} ${REFUSED[end.reason]}.`
    case 'expired':
      return `${name} does not answer.`
    case 'failed':
      return end.reason === 'peer-offline' ? `${name} cannot be reached.` : `The call to ${name} failed: ${end.reason}.`
  }
}

/** How a conversation ended, as a sentence. */
export function wordsForEnd (name: string, { originator, reason }: SessionOutcome): string {
  switch (reason) {
    case 'hangup':
      return originator === 'local' ? 'You hung up.' : `${name} hung up.`
    case 'shutdown':
      return originator === 'local' ? 'You left the call.' : `${name} left.`
    default:
      return originator === 'remote' ? `${name} ended the call: ${reason}.` : `The connection to ${name} is lost.`
  }
}

/** How an invitation ended, in two or three words for the log. */
export function wordsForLog (role: 'caller' | 'callee', end: End): string {
  if (role === 'caller') {
    switch (end.state) {
      case 'accepted':
        return 'outgoing'
      case 'canceled':
        return 'outgoing, canceled'
      case 'refused':
        return end.reason === 'declined' ? 'outgoing, refused' : `outgoing, refused: ${end.reason.replaceAll('-', ' ')}`
      case 'expired':
        return 'outgoing, no answer'
      case 'failed':
        return 'outgoing, not reached'
    }
  }

  switch (end.state) {
    case 'accepted':
      return 'incoming'
    case 'refused':
      return end.originator === 'system' ? `incoming, refused for you: ${end.reason.replaceAll('-', ' ')}` : 'incoming, refused'
    default:
      return 'incoming, not answered'
  }
}
