import { abortError, SessionEndedError, throwIfAborted, UnsupportedError } from '../errors/index.ts'
import { GuardedEventTarget } from '../environment/index.ts'
import { TokenBucket } from '../limits/index.ts'
import { checkMessage, checkReason, HANGUP_REASONS } from '../wire/index.ts'
import { PART_COST, TOLERANCE } from './constants.ts'
import { Inbox } from './inbox.ts'
import { costOf } from './parts.ts'
import { Sender } from './sender.ts'
import type { AbortOptions, PeerId } from '@libp2p/interface'
import type { EventHandler } from 'main-event'
import type { Environment } from '../environment/index.ts'
import type { HangupReason, InvitationId, Payload, Role, SessionWord } from '../wire/index.ts'
import type { EndOptions, Session, SessionEvents, SessionMessage } from './index.ts'
import type { SessionEnd, SessionOutcome } from './session-end.ts'
import type { UnderWay } from './under-way.ts'

/** What a session asks of the room above. */
export interface SessionPort {
  readonly linkIsUp: boolean
  /** What all sessions with that peer have under way. */
  readonly underWay: UnderWay
  /** Says words on the link; while it is down they are dropped. */
  say(words: readonly SessionWord[]): void
  /** Calls this when all that is going on has been told: users hear of everything in one order. */
  announce(tell: () => void): void
  /** Ends the session, by its user's wish; resolves when the other side has heard, or that is given up. */
  hangUp(reason: HangupReason, options: AbortOptions): Promise<void>
  readonly onListenerError: (thrown: unknown, type: string) => void
}

export interface SessionInit {
  readonly id: InvitationId
  readonly peer: PeerId
  readonly role: Role
  readonly channelId: string | undefined
}

/** One side of a session: carries what its outbox and inbox say to the link, and what comes to its user. */
export class SessionHandle extends GuardedEventTarget<SessionEvents> implements Session {
  readonly id: InvitationId
  readonly peer: PeerId
  readonly role: Role
  readonly channelId: string | undefined
  readonly ended: Promise<SessionOutcome>
  readonly #port: SessionPort
  readonly #environment: Environment
  readonly #sender: Sender
  readonly #inbox = new Inbox()
  readonly #tolerance: TokenBucket
  readonly #settle: (outcome: SessionOutcome) => void
  /** Whoever walks the messages and waits for the next one, or the end. */
  readonly #walkers = new Set<() => void>()
  #end: SessionEnd | undefined
  #isConnected: boolean
  #isSupported = false

  constructor ({ id, peer, role, channelId }: SessionInit, port: SessionPort, environment: Environment) {
    super(port.onListenerError)
    this.id = id
    this.peer = peer
    this.role = role
    this.channelId = channelId
    this.#port = port
    this.#environment = environment
    this.#isConnected = port.linkIsUp
    this.#sender = new Sender(environment, port.underWay, () => { this.speak() })
    this.#tolerance = new TokenBucket(TOLERANCE, environment.now())

    const { promise, resolve } = Promise.withResolvers<SessionOutcome>()

    this.ended = promise
    this.#settle = resolve
  }

  get isOpen (): boolean {
    return this.#end == null
  }

  get isConnected (): boolean {
    return this.#isConnected
  }

  async send (message: Payload, options: AbortOptions = {}): Promise<void> {
    throwIfAborted(options.signal)
    checkMessage(message)

    if (this.#end != null) {
      throw new SessionEndedError(this.#end)
    }

    if (!this.#isSupported) {
      throw new UnsupportedError('the other side takes no messages')
    }

    await this.#sender.send(message, options)
  }

  async end ({ reason = 'hangup', signal }: EndOptions = {}): Promise<void> {
    throwIfAborted(signal)
    checkReason(HANGUP_REASONS, reason)

    if (this.#end != null) {
      throw new SessionEndedError(this.#end)
    }

    await this.#port.hangUp(reason, signal == null ? {} : { signal })
  }

  async * messages (options: AbortOptions = {}): AsyncGenerator<SessionMessage, void, undefined> {
    for (;;) {
      throwIfAborted(options.signal)

      const message = this.#read()

      if (message != null) {
        yield message
      } else if (this.#end != null) {
        return
      } else {
        await this.#untilSomething(options)
      }
    }
  }

  [Symbol.asyncIterator] (): AsyncGenerator<SessionMessage, void, undefined> {
    return this.messages()
  }

  /** What came before anybody listened is told when the code that listens has run, so that all its listeners hear it. */
  override addEventListener<K extends keyof SessionEvents> (type: K, listener: EventHandler<SessionEvents[K]> | null, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener, options)

    if (type === 'message' && this.#inbox.hasUnread) {
      queueMicrotask(() => { this.#tellMessages() })
    }
  }

  /** The other side said along with ACCEPT or CONFIRM how much it takes at first; without that it takes no messages. */
  grant (window: number | undefined): void {
    if (window != null) {
      this.#isSupported = true
      this.#sender.hear(0, window)
    }
  }

  /** The other side said something in the session. Returns false if no peer that keeps to the rules says that. */
  hear (word: SessionWord): boolean {
    const cost = word.kind === 'message' ? costOf(word.payload) : PART_COST

    this.#isSupported = true

    if (!this.#tolerance.take(this.#environment.now(), cost)) {
      return false
    }

    if (word.kind === 'receipt') {
      return this.#sender.hear(word.heard, word.window)
    }

    const isTaken = this.#inbox.take(word)

    if (this.#inbox.hasUnread) {
      this.#port.announce(() => {
        this.#tellMessages()
        this.#wakeWalkers()
      })
    }

    return isTaken
  }

  /** Says what is due: the receipt for what came, and the next parts that may go. */
  speak (): void {
    if (this.#end != null || !this.#port.linkIsUp) {
      return
    }

    const words: SessionWord[] = this.#inbox.owesReceipt ? [this.#receipt()] : []

    for (let part = this.#sender.next(); part != null; part = this.#sender.next()) {
      words.push({ kind: 'message', id: this.id, by: this.role, ...part })
    }

    this.#port.say(words)
  }

  /** A stream stands where none did, or another than before: says again all that may be lost. */
  linkCameUp (): void {
    const unheard = this.#sender.unheard.map((part): SessionWord => ({ kind: 'message', id: this.id, by: this.role, ...part }))

    this.#port.say([this.#receipt(), ...unheard])

    if (!this.#isConnected) {
      this.#isConnected = true
      this.#port.announce(() => { this.tell('connected') })
    }
  }

  linkWentDown (): void {
    if (this.#isConnected) {
      this.#isConnected = false
      this.#port.announce(() => { this.tell('reconnecting') })
    }
  }

  /** It has ended: nothing is said or heard any more; what came can still be read. */
  close (end: SessionEnd): void {
    this.#end = end
    this.#isConnected = false
    this.#sender.stop(new SessionEndedError(end))
  }

  /** Tells its user that it has ended. */
  announceEnd (outcome: SessionOutcome): void {
    this.#settle(outcome)
    this.#wakeWalkers()
    this.tell('ended', outcome)
  }

  #receipt (): SessionWord {
    return { kind: 'receipt', id: this.id, by: this.role, ...this.#inbox.giveReceipt() }
  }

  #read (): SessionMessage | undefined {
    const data = this.#inbox.read()

    if (data == null) {
      return undefined
    }

    if (this.#inbox.owesReceipt) {
      this.speak()
    }

    return { data }
  }

  #tellMessages (): void {
    while (this.listenerCount('message') > 0) {
      const message = this.#read()

      if (message == null) {
        return
      }

      this.tell('message', message)
    }
  }

  #wakeWalkers (): void {
    for (const wake of this.#walkers) {
      wake()
    }
  }

  /** Waits until something came, or it has ended. */
  async #untilSomething ({ signal }: AbortOptions): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const finish = (settle: () => void): void => {
        this.#walkers.delete(wake)
        signal?.removeEventListener('abort', aborted)
        settle()
      }
      const wake = (): void => { finish(resolve) }
      const aborted = (): void => { finish(() => { reject(abortError(signal)) }) }

      this.#walkers.add(wake)
      signal?.addEventListener('abort', aborted)
    })
  }
}
