import { CANCEL_REASONS, HANGUP_REASONS } from '../wire/words.ts'
import type { CalleeWord, CallerWord, EndedReason, HangupReason, InvitationId, RefusalReason, StopReason } from '../wire/words.ts'
import type { Originator, SessionEnd } from '../session/index.ts'
import type { Debt, End, FailureReason, SessionState } from './ends.ts'

/**
 * The callee's side of one invitation: a pure function over one table.
 *
 * The callee is told: an accept promises nothing until the caller confirms it.
 *
 * ```
 *    INVITE          admitted            accept               CONFIRM
 *   ───────▶ received ──────▶ ringing ──────────▶ accepting ──────────▶ accepted   session open
 *               │                │                   │
 *               │                │                   ├─ no CONFIRM in time ───▶ failed
 *               ├────────────────┼─ refuse           │
 *               │                │  (or policy) ─────┼────────────────────────▶ refused    say REFUSE, again until STOP
 *               ├────────────────┼─ STOP ────────────┼─ STOP ─────────────────▶ canceled, or expired
 *               ├────────────────┼─ ring time over ──┼────────────────────────▶ expired
 *               └────────────────┴─ caller out of    │
 *                                   reach too long ──┴────────────────────────▶ canceled
 * ```
 *
 * `received` is the time in which the policy decides, and in which an invitation that lost a glare is held back: nobody
 * is alerted. STOP is answered with ENDED in every state. INVITE that comes again is answered with the last word said.
 * A hang-up that comes before the confirm waits for it.
 *
 * What must be said again when a link comes up, and which timers run, follow from the state alone. A state that is over
 * (`calleeIsOver`) is its own tombstone: no invite with that id rings again.
 */
export interface CalleeState {
  readonly role: 'callee'
  readonly id: InvitationId
  readonly phase: CalleePhase
  /** How long it rings, milliseconds; 0 = for ever: then no ring timer runs. */
  readonly ringTime: number
  /** Whether it waits, unannounced, for an invitation of our own to the same peer that is kept in its place. */
  readonly held: boolean
  /** Whether the user was ever told of it. */
  readonly announced: boolean
  /** Whether the user chose not to hear it; the caller is not told. */
  readonly ignored: boolean
  /** Whether the policy wants it to look as if nobody were there: nothing is said, nothing happens any more. */
  readonly silenced: boolean
  /** How it ended; there in the end states only. */
  readonly end?: End
  /** Whether the caller must still hear the last word: REFUSE or HANGUP until STOP. */
  readonly answer: Debt
  /** A hang-up that waits for the confirm. */
  readonly hangup?: SessionEnd & { readonly reason: HangupReason }
  readonly session: SessionState
}

export type CalleePhase = 'received' | 'ringing' | 'accepting' | End['state']

/** What runs out: ring and unreachable before an answer, confirm after an accept, answer and session afterwards. */
export type CalleeTimer = 'ring' | 'unreachable' | 'confirm' | 'answer' | 'session'

export type CalleeInput =
  | { readonly on: 'ring' }
  | { readonly on: 'hold' }
  | { readonly on: 'accept' }
  | { readonly on: 'answer', readonly reason: RefusalReason, readonly originator: Originator }
  | { readonly on: 'ignore' }
  | { readonly on: 'silence' }
  | { readonly on: 'end', readonly reason: HangupReason, readonly originator: Originator }
  | { readonly on: 'abandon', readonly reason: FailureReason }
  | { readonly on: 'invite' }
  | { readonly on: 'confirm' }
  | { readonly on: 'stop', readonly reason: StopReason, readonly kept?: InvitationId | undefined }
  | { readonly on: 'timer', readonly timer: CalleeTimer }
  | { readonly on: 'link-up' }

/** What a step brings: the next state, and the words to say, in order. */
export interface CalleeStep {
  readonly state: CalleeState
  readonly say: readonly CalleeWord[]
}

type InputOf<On extends CalleeInput['on']> = Extract<CalleeInput, { on: On }>
type Rule<On extends CalleeInput['on']> = (state: CalleeState, input: InputOf<On>) => CalleeStep
type Row = { readonly [On in Exclude<CalleeInput['on'], 'timer'>]?: Rule<On> } & {
  /** What each timer that runs out brings. */
  readonly timer?: { readonly [Timer in CalleeTimer]?: Rule<'timer'> }
}

const NOTHING: readonly CalleeWord[] = []

const stay = (state: CalleeState): CalleeStep => ({ state, say: NOTHING })

const say = (state: CalleeState, ...words: CalleeWord[]): CalleeStep => ({ state, say: words })

const delivered = ({ id }: CalleeState): CalleeWord => ({ kind: 'delivered', id })

const ringing = ({ id }: CalleeState): CalleeWord => ({ kind: 'ringing', id })

/** The wire's ACCEPT without a response: the service fills it in, it decides nothing here. */
const accept = ({ id }: CalleeState): CalleeWord => ({ kind: 'accept', id })

const refuse = ({ id, end }: CalleeState): CalleeWord => ({ kind: 'refuse', id, reason: end?.state === 'refused' ? end.reason : 'declined' })

const hangup = ({ id, session }: CalleeState): CalleeWord =>
  ({ kind: 'hangup', id, reason: HANGUP_REASONS.find(reason => typeof session === 'object' && reason === session.reason) ?? 'hangup' })

const ended = ({ id }: CalleeState, reason: EndedReason): CalleeWord => ({ kind: 'ended', id, reason })

/** ENDED in answer to an INVITE or CONFIRM that has no business here any more: how it ended on this side. */
const sayHowItEnded = (state: CalleeState): CalleeStep => say(state, ended(state, endedReason(state)))

function endedReason ({ end, session }: CalleeState): EndedReason {
  if (typeof session === 'object') {
    return session.reason === 'connection-lost' ? 'connection-lost' : 'hangup'
  }

  switch (end?.reason) {
    case 'timeout': return 'expired'
    case 'caller-gone':
    case 'accept-failed': return end.reason
    default: return 'stopped'
  }
}

const over = (state: CalleeState, end: End): CalleeState => ({ ...state, phase: end.state, end, held: false })

/** STOP: the caller ended it, and says how. */
const stopped: Rule<'stop'> = (state, { reason, kept }) => say(over(state, endOfStop(reason, kept)), ended(state, 'stopped'))

function endOfStop (reason: StopReason, kept: InvitationId | undefined): End {
  if (reason === 'timeout') {
    return { state: 'expired', originator: 'remote', reason }
  }

  // a caller that knows nothing of it, or has closed the session already, is gone as far as this ring is concerned
  const cancelReason = CANCEL_REASONS.find(known => known === reason) ?? 'caller-gone'

  return { state: 'canceled', originator: 'remote', reason: cancelReason, ...(kept != null && { kept }) }
}

const refused: Rule<'answer'> = (state, { reason, originator }) => {
  const next: CalleeState = { ...over(state, { state: 'refused', originator, reason }), answer: 'owed' }

  return say(next, refuse(next))
}

/** The caller confirms what was never accepted here: a caller that is broken, or speaks to a process that is gone. */
const confirmedUnasked: Rule<'confirm'> = state =>
  say(over(state, { state: 'failed', originator: 'remote', reason: 'protocol-error' }), ended(state, 'unknown'))

const answerHeard: Rule<'stop'> = state => say(state.answer === 'owed' ? { ...state, answer: 'heard' } : state, ended(state, 'stopped'))

/** What is the same before an answer. */
const UNANSWERED: Row = {
  answer: refused,
  stop: stopped,
  confirm: confirmedUnasked,
  timer: {
    ring: state => stay(over(state, { state: 'expired', originator: 'system', reason: 'timeout' })),
    unreachable: state => stay(over(state, { state: 'canceled', originator: 'system', reason: 'caller-gone' }))
  }
}

/** What is the same in every end state, once no session is open. */
const OVER: Row = {
  invite: sayHowItEnded,
  confirm: sayHowItEnded,
  stop: answerHeard,
  timer: { answer: state => stay({ ...state, answer: 'given-up' }) }
}

const sayDeliveredWhileHeld = (state: CalleeState): CalleeStep => state.held ? say(state, delivered(state)) : stay(state)

const sayAccept = (state: CalleeState): CalleeStep => say(state, accept(state))

function endSession (state: CalleeState, session: SessionEnd): CalleeStep {
  const next: CalleeState = { ...state, session, answer: 'owed' }

  return say(next, hangup(next))
}

/** While the session of an accepted invitation is open. */
const OPEN: Row = {
  invite: sayAccept,
  stop: (state, { reason }) => say({ ...state, session: { originator: 'remote', reason: sessionEndOfStop(reason) } }, ended(state, 'stopped')),
  end: (state, { reason, originator }) => endSession(state, { reason, originator }),
  timer: { session: state => stay({ ...state, session: { originator: 'system', reason: 'connection-lost' } }) },
  'link-up': sayAccept
}

const TABLE: { readonly [Phase in CalleePhase]: Row } = {
  received: {
    ...UNANSWERED,
    ring: state => say({ ...state, phase: 'ringing', announced: true, held: false }, delivered(state), ringing(state)),
    silence: state => stay({ ...state, silenced: true }),
    hold: state => say({ ...state, held: true }, delivered(state)),
    invite: sayDeliveredWhileHeld,
    'link-up': sayDeliveredWhileHeld
  },
  ringing: {
    ...UNANSWERED,
    accept: state => sayAccept({ ...state, phase: 'accepting' }),
    ignore: state => stay({ ...state, ignored: true }),
    invite: state => say(state, ringing(state)),
    'link-up': state => say(state, ringing(state))
  },
  accepting: {
    // a caller that knows nothing of it any more may have confirmed it before it was restarted: failed, not canceled
    stop: (state, input) => input.reason === 'unknown'
      ? say(over(state, { state: 'failed', originator: 'remote', reason: 'accept-failed' }), ended(state, 'stopped'))
      : stopped(state, input),
    confirm: state => {
      const { hangup: waiting, ...rest } = state
      const next: CalleeState = { ...rest, phase: 'accepted', end: { state: 'accepted', originator: 'local', reason: 'accepted' }, session: 'open' }

      return waiting == null ? stay(next) : endSession(next, waiting)
    },
    end: (state, { reason, originator }) => stay({ ...state, hangup: { reason, originator } }),
    abandon: (state, { reason }) => stay(over(state, { state: 'failed', originator: 'system', reason })),
    timer: { confirm: state => stay(over(state, { state: 'failed', originator: 'system', reason: 'accept-failed' })) },
    invite: sayAccept,
    'link-up': sayAccept
  },
  accepted: {
    ...OVER,
    confirm: state => state.answer === 'owed' ? stay(state) : sayHowItEnded(state),
    'link-up': state => state.answer === 'owed' ? say(state, hangup(state)) : stay(state)
  },
  refused: {
    ...OVER,
    invite: state => say(state, refuse(state)),
    'link-up': state => state.answer === 'owed' ? say(state, refuse(state)) : stay(state)
  },
  canceled: OVER,
  expired: OVER,
  failed: OVER
}

function sessionEndOfStop (reason: StopReason): SessionEnd['reason'] {
  return HANGUP_REASONS.find(known => known === reason) ?? 'peer-restarted'
}

/** An invitation that just came in. */
export function newCallee (id: InvitationId, ringTime: number): CalleeState {
  return { role: 'callee', id, phase: 'received', ringTime, held: false, announced: false, ignored: false, silenced: false, answer: 'none', session: 'none' }
}

/** One step. What the table has no cell for changes nothing. */
export function stepCallee (state: CalleeState, input: CalleeInput): CalleeStep {
  if (state.silenced) {
    // as for an id that was never heard of
    return input.on === 'confirm' ? say(state, ended(state, 'unknown')) : stay(state)
  }

  const row = state.session === 'open' ? OPEN : TABLE[state.phase]
  // the table pairs each input with its own rule; TypeScript cannot follow that pairing through an index
  const rule = (input.on === 'timer' ? row.timer?.[input.timer] : row[input.on]) as Rule<CalleeInput['on']> | undefined

  return rule?.(state, input) ?? stay(state)
}

/** The input that a caller's word is to the machine. */
export function calleeInputOf (word: CallerWord): CalleeInput {
  switch (word.kind) {
    case 'stop': return { on: word.kind, reason: word.reason, kept: word.kept }
    case 'invite':
    case 'confirm': return { on: word.kind }
  }
}

/** Whether its user may still be asked, or its accept is under way. */
export function calleeIsLive ({ phase, silenced }: CalleeState): boolean {
  return !silenced && (phase === 'received' || phase === 'ringing' || phase === 'accepting')
}

/** Whether nothing more is to come: ended, told or given up, and no session open. */
export function calleeIsOver ({ end, answer, session, silenced }: CalleeState): boolean {
  return silenced || (end != null && answer !== 'owed' && session !== 'open')
}

/** The timers that run in this state. */
export function calleeTimers (state: CalleeState, linkIsUp: boolean): CalleeTimer[] {
  const timers: CalleeTimer[] = []

  if (state.silenced) {
    return timers
  }

  if (state.phase === 'received' || state.phase === 'ringing') {
    if (state.ringTime > 0) {
      timers.push('ring')
    }

    if (!linkIsUp) {
      timers.push('unreachable')
    }
  }

  if (state.phase === 'accepting') {
    timers.push('confirm')
  }

  if (state.answer === 'owed') {
    timers.push('answer')
  }

  if (state.session === 'open' && !linkIsUp) {
    timers.push('session')
  }

  return timers
}
