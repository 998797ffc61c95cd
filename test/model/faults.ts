import type { Bounds } from './world.ts'

/** A small deliberate fault in the sources that ship, and the smallest exploration that must find it. */
export interface Fault {
  readonly name: string
  /** In `src/invitation`. */
  readonly file: string
  /** Stands there exactly once. */
  readonly find: string
  readonly replace: string
  readonly bounds: Bounds
}

const ONE: Bounds = { glare: 'accept', callers: ['lower'], cuts: 0, repeats: 0, crashes: 0, moves: 0 }

const BOTH: Bounds = { ...ONE, callers: ['lower', 'higher'], without: ['caller timer', 'callee timer', 'end', 'admit ', 'ignore', 'abandon'] }

export const FAULTS: readonly Fault[] = [
  {
    name: 'there is no confirm step: who accepts is on the call at once',
    file: 'callee-machine.ts',
    find: "accept: state => sayAccept({ ...state, phase: 'accepting' })",
    replace: `accept: state => sayAccept({
      ...state, phase: 'accepted', end: { state: 'accepted', originator: 'local', reason: 'accepted' }, session: 'open'
    })`,
    bounds: ONE
  },
  {
    name: 'there is no tombstone: a STOP for an unknown id leaves nothing',
    file: 'pair.ts',
    find: 'draft.stepCallee(newCallee(word.id, 0), calleeInputOf(word))',
    replace: "draft.say.push({ kind: 'ended', id: word.id, reason: word.kind === 'stop' ? 'stopped' : 'unknown' })",
    bounds: { ...ONE, cuts: 1 }
  },
  {
    name: 'a cancel waits for the callee instead of taking effect at once',
    file: 'caller-machine.ts',
    find: "endAndStop(state, { state: 'canceled', originator, reason, ...(kept != null && { kept }) })",
    replace: "state.invited ? say(state, { kind: 'stop', id: state.id, reason }) : endAndStop(state, { state: 'canceled', originator, reason })",
    bounds: ONE
  },
  {
    name: 'an end is overwritten: an accept that crosses the cancel is taken after all',
    file: 'caller-machine.ts',
    find: '  ringing: sayStop,\n  accept: sayStop,\n  refuse: sayStop,',
    replace: '  ringing: sayStop,\n  accept: accepted,\n  refuse: sayStop,',
    bounds: ONE
  },
  {
    name: 'an end is overwritten: a STOP that crosses a refusal cancels it',
    file: 'callee-machine.ts',
    find: '  refused: {\n    ...OVER,',
    replace: '  refused: {\n    ...OVER,\n    stop: stopped,',
    bounds: ONE
  },
  {
    name: 'an INVITE that is repeated goes back to the beginning',
    file: 'callee-machine.ts',
    find: '    invite: state => say(state, ringing(state)),',
    replace: "    invite: state => say({ ...state, phase: 'received' }, delivered(state)),",
    bounds: { ...ONE, repeats: 1 }
  },
  {
    name: 'an INVITE that is repeated after the end rings',
    file: 'pair.ts',
    find: '  if (known != null) {\n    draft.stepCallee(',
    replace: "  if (known != null && (word.kind !== 'invite' || known.end == null)) {\n    draft.stepCallee(",
    bounds: { ...ONE, repeats: 1 }
  },
  {
    name: 'the glare rule is not symmetric: both keep their own',
    file: 'pair.ts',
    find: '} else if (view.isLower) {',
    replace: '} else if (view.glare !== undefined) {',
    bounds: BOTH
  },
  {
    name: 'the glare rule is not symmetric: both take their own back',
    file: 'pair.ts',
    find: '} else if (view.isLower) {',
    replace: '} else if (view.glare === undefined) {',
    bounds: BOTH
  },
  {
    name: 'no one looks for glare before sending',
    file: 'pair.ts',
    find: "view.glare === 'off' ? undefined : draft",
    replace: 'view.glare !== undefined ? undefined : draft',
    bounds: BOTH
  },
  {
    name: 'an invitation that is held back is never released',
    file: 'pair.ts',
    find: "callerIsLive(before) && !callerIsLive(state) && state.phase !== 'accepted'",
    replace: "callerIsLive(before) && !callerIsLive(state) && state.phase === 'accepted'",
    bounds: BOTH
  },
  {
    name: 'STOP is not said again when a link comes up',
    file: 'caller-machine.ts',
    find: "state.stop === 'owed' ? say(state, ...stop(state)) : stay(state)",
    replace: 'stay(state)',
    bounds: { ...ONE, cuts: 1 }
  },
  {
    name: 'CONFIRM is not said again when a link comes up',
    file: 'caller-machine.ts',
    find: "'link-up': state => say(state, confirm(state))",
    replace: "'link-up': state => stay(state)",
    bounds: { ...ONE, crashes: 1 }
  },
  {
    name: 'a callee does not answer a CONFIRM that it knows nothing of',
    file: 'pair.ts',
    find: '  } else {\n    // the end came first',
    replace: "  } else if (word.kind === 'stop') {\n    // the end came first",
    bounds: { ...ONE, crashes: 1 }
  },
  {
    name: 'a hang-up of the caller comes without the CONFIRM before it',
    file: 'caller-machine.ts',
    find: "return [{ kind: 'confirm', id }, { kind: 'stop',",
    replace: "return [{ kind: 'stop',",
    bounds: { ...ONE, cuts: 1 }
  },
  {
    name: 'STOP is not answered with ENDED',
    file: 'callee-machine.ts',
    find: "say(over(state, endOfStop(reason, kept)), ended(state, 'stopped'))",
    replace: 'stay(over(state, endOfStop(reason, kept)))',
    bounds: ONE
  },
  {
    name: 'INVITE is not said again when a link comes up',
    file: 'caller-machine.ts',
    find: "'link-up': sayInvite",
    replace: "'link-up': state => stay(state)",
    bounds: { ...ONE, cuts: 1 }
  },
  {
    name: 'ACCEPT is not said again when a link comes up',
    file: 'callee-machine.ts',
    find: "invite: sayAccept,\n    'link-up': sayAccept",
    replace: "invite: state => stay(state),\n    'link-up': state => stay(state)",
    bounds: { ...ONE, cuts: 1 }
  },
  {
    name: 'REFUSE is not said again when a link comes up',
    file: 'callee-machine.ts',
    find: "'link-up': state => state.answer === 'owed' ? say(state, refuse(state)) : stay(state)",
    replace: "'link-up': state => stay(state)",
    bounds: { ...ONE, crashes: 1 }
  },
  {
    name: 'HANGUP is not said again when a link comes up',
    file: 'callee-machine.ts',
    find: "'link-up': state => state.answer === 'owed' ? say(state, hangup(state)) : stay(state)",
    replace: "'link-up': state => stay(state)",
    bounds: { ...ONE, cuts: 1 }
  },
  {
    name: 'a caller that has ended it does not answer the words of a callee that rings on',
    file: 'caller-machine.ts',
    find: "state.stop === 'owed' ? stay(state) : say(state, ...stop(state))",
    replace: 'stay(state)',
    bounds: ONE
  },
  {
    name: 'a caller that knows nothing of it leaves the callee ringing',
    file: 'pair.ts',
    find: "draft.say.push({ kind: 'stop', id: word.id, reason: 'unknown' })",
    replace: 'draft.say.push()',
    bounds: { ...ONE, crashes: 1 }
  },
  {
    name: 'the wait for the confirm has no timer',
    file: 'callee-machine.ts',
    find: "timers.push('confirm')",
    replace: 'timers.push()',
    bounds: ONE
  },
  {
    name: 'the wait for the confirm runs out, and nothing happens',
    file: 'callee-machine.ts',
    find: "timer: { confirm: state => stay(over(state, { state: 'failed', originator: 'system', reason: 'accept-failed' })) },",
    replace: 'timer: {},',
    bounds: ONE
  },
  {
    name: 'two sides answer each other without end',
    file: 'caller-machine.ts',
    find: "state.stop === 'owed' ? stay({ ...state, stop: 'heard' }) : stay(state)",
    replace: "say({ ...state, stop: 'heard' }, ...stop(state))",
    bounds: ONE
  }
]
