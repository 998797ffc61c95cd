import { calleeFacts, callerFacts } from './facts.ts'
import type { Environment, GuardedEventTarget } from '../environment/index.ts'
import type { SessionEnd, SessionHandle } from '../session/index.ts'
import type { CalleePhase, CalleeState } from './callee-machine.ts'
import type { CallerPhase, CallerState } from './caller-machine.ts'
import type { End } from './ends.ts'
import type { InvitationServiceEvents, StateChange } from './index.ts'
import type { LocalInvitationHandle } from './local-invitation-handle.ts'
import type { RemoteInvitationHandle } from './remote-invitation-handle.ts'

type Handle = LocalInvitationHandle | RemoteInvitationHandle

/**
 * Tells users what the machines did. What is to be told waits in a row until all states, words and timers are in place,
 * so that a listener that acts at once finds everything settled, and what it causes is told after what it was told.
 */
export class Announcements {
  readonly #environment: Environment
  readonly #service: GuardedEventTarget<InvitationServiceEvents>
  readonly #row: Array<() => void> = []
  #isGoing = false

  constructor (environment: Environment, service: GuardedEventTarget<InvitationServiceEvents>) {
    this.#environment = environment
    this.#service = service
  }

  callerChanged (handle: LocalInvitationHandle, after: CallerState): void {
    const before = handle.current

    handle.observe(after)

    for (const fact of callerFacts(before.phase, after)) {
      this.later(() => { this.#enter(handle, fact, after.end) })
    }

    if (after.hinted && !before.hinted) {
      this.later(() => {
        handle.tell('undelivered')
        this.#service.tell('invitation:undelivered', handle)
      })
    }
  }

  calleeChanged (handle: RemoteInvitationHandle, after: CalleeState): void {
    const before = handle.current

    handle.observe(after)

    for (const fact of calleeFacts(before.phase, after)) {
      this.later(() => { this.#enter(handle, fact, after.end) })
    }

    const end = before.end == null && before.phase !== 'accepting' ? missedEnd(after) : undefined

    if (end != null) {
      this.later(() => { this.#service.tell('invitation:missed', { invitation: handle, end }) })
    }
  }

  sessionOpened (session: SessionHandle): void {
    this.later(() => { this.#service.tell('session:opened', session) })
  }

  sessionEnded (session: SessionHandle, end: SessionEnd): void {
    this.later(() => {
      const outcome = { ...end, at: this.#environment.date() }

      session.announceEnd(outcome)
      this.#service.tell('session:ended', { session, end: outcome })
    })
  }

  /** Puts something that is to be told behind all that waits. */
  later (tell: () => void): void {
    this.#row.push(tell)
  }

  /** Tells all that waits. Called again by a listener it does nothing, and says so: the row goes on behind that listener. */
  go (): boolean {
    if (this.#isGoing) {
      return false
    }

    this.#isGoing = true

    for (let tell = this.#row.shift(); tell != null; tell = this.#row.shift()) {
      tell()
    }

    this.#isGoing = false

    return true
  }

  #enter (handle: Handle, state: CallerPhase | CalleePhase, end: End | undefined): void {
    const change: StateChange = {
      state,
      at: this.#environment.date(),
      ...(end?.state === state && { end, ...handle.answer })
    }

    if (state === 'received' && handle.role === 'callee') {
      this.#service.tell('invitation:received', handle)
    } else {
      handle.enter(change)
    }

    // one that its user never heard of is nobody's news, unless the policy answered it in the user's name
    if (handle.role === 'caller' || handle.current.announced || state === 'refused') {
      this.#service.tell('invitation:state', { ...change, invitation: handle })

      if (change.end != null) {
        this.#service.tell('invitation:ended', { invitation: handle, end: change.end })
      }
    }
  }
}

/**
 * How it ended, if it rang here and ended without its user acting. Answered or refused elsewhere, and glare, are no missed
 * calls; a caller that left (`shutdown`) gave up like any other.
 */
function missedEnd ({ announced, ignored, end }: CalleeState): End | undefined {
  return announced && !ignored && end != null && end.originator !== 'local' && MISSED.has(end.reason) ? end : undefined
}

const MISSED: ReadonlySet<End['reason']> = new Set<End['reason']>(['canceled', 'timeout', 'caller-gone', 'shutdown'])
