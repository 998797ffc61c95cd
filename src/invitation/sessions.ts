import { SessionHandle, UnderWay } from '../session/index.ts'
import { keyOf } from './call.ts'
import type { Environment } from '../environment/index.ts'
import type { Link } from '../link/index.ts'
import type { SessionPort } from '../session/index.ts'
import type { InvitationId, Role, SessionWord } from '../wire/index.ts'
import type { Announcements } from './announcements.ts'
import type { Handle, State } from './call.ts'

/** What sessions need of the service around them. */
export interface SessionsContext {
  readonly environment: Environment
  readonly announcements: Announcements
}

/** The open sessions between this peer and one other. They open and end as the machines say. */
export class Sessions implements SessionPort {
  readonly underWay: UnderWay = new UnderWay()
  readonly #context: SessionsContext
  readonly #link: Link
  /** The oldest first. */
  readonly #open = new Map<string, SessionHandle>()

  constructor (context: SessionsContext, link: Link) {
    this.#context = context
    this.#link = link
  }

  get size (): number {
    return this.#open.size
  }

  get oldest (): SessionHandle | undefined {
    for (const session of this.#open.values()) {
      return session
    }

    return undefined
  }

  /** The machine took a step: opens the session that it says there is. Called before the step is announced, so that it is there by then. */
  open (handle: Handle, { session: state }: State): void {
    if (state === 'none' || handle.session != null) {
      return
    }

    handle.session = new SessionHandle(handle, this, this.#context.environment)
    this.#open.set(keyOf(handle.role, handle.id), handle.session)
  }

  /** Announces what became of the session in the same step. Called after the step is announced. */
  announceChange ({ id, role, session }: Handle, before: State, { session: state }: State): void {
    if (session == null) {
      return
    }

    if (before.session === 'none') {
      this.#context.announcements.sessionOpened(session)
    }

    if (typeof state === 'object' && session.isOpen) {
      this.#open.delete(keyOf(role, id))
      session.close(state)
      this.#context.announcements.sessionEnded(session, state)
    }
  }

  /** The other side said along with ACCEPT or CONFIRM how much it takes of messages. */
  grant (role: Role, id: InvitationId, window: number | undefined): void {
    this.#open.get(keyOf(role, id))?.grant(window)
  }

  /** Returns false if no peer that keeps to the rules says that. What is said in no session that is open means nothing. */
  hear (role: Role, word: SessionWord): boolean {
    return this.#open.get(keyOf(role, word.id))?.hear(word) ?? true
  }

  linkCameUp (): void {
    for (const session of this.#open.values()) {
      session.linkCameUp()
    }
  }

  linkWentDown (): void {
    for (const session of this.#open.values()) {
      session.linkWentDown()
    }
  }

  /** Says what is due in each: what one of them was waiting for, another may have made room for. */
  speak (): void {
    for (const session of this.#open.values()) {
      session.speak()
    }
  }

  // what each of them asks

  get linkIsUp (): boolean {
    return this.#link.isUp
  }

  say (words: readonly SessionWord[]): void {
    this.#link.say(words, { answered: words.some(({ kind }) => kind === 'message') })
  }

  announce (tell: () => void): void {
    this.#context.announcements.later(tell)
  }
}
