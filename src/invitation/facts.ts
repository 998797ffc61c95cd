import type { CalleePhase, CalleeState } from './callee-machine.ts'
import type { CallerPhase, CallerState } from './caller-machine.ts'

/**
 * The facts that lie between two states of the caller's machine, in order: a fact that comes early brings the ones before
 * it along, so that nobody hears of an acceptance before the delivery. A refusal implies the delivery, not that it rang.
 */
export function callerFacts (before: CallerPhase, { phase: after }: CallerState): CallerPhase[] {
  return factsBetween(['idle', 'sending', 'delivered', 'ringing'], before, after, IMPLIED_BY_ANSWER[after])
}

const IMPLIED_BY_ANSWER: { readonly [Phase in CallerPhase]?: CallerPhase } = { accepted: 'ringing', refused: 'delivered' }

/**
 * The same for the callee. `received` is news when it rings; of an invitation that never does, there is nothing to tell but
 * how it ended.
 */
export function calleeFacts (before: CalleePhase, { phase: after, announced }: CalleeState): CalleePhase[] {
  const passed = factsBetween<CalleePhase>(['received', 'ringing', 'accepting'], before, after)

  return before === 'received' && after !== 'received' && announced ? ['received', ...passed] : passed
}

/** The states of the way that were passed, and then the one that was reached: on the way, or off it, after what it implies. */
function factsBetween<Phase extends string> (way: readonly Phase[], before: Phase, after: Phase, implied?: Phase): Phase[] {
  if (before === after) {
    return []
  }

  const from = way.indexOf(before) + 1
  const isOnWay = way.includes(after)
  const passed = way.slice(from, Math.max(from, way.indexOf(isOnWay ? after : implied ?? before) + 1))

  return isOnWay ? passed : [...passed, after]
}
