import { SessionEndedError, throwIfAborted } from '../errors/index.ts'
import { GuardedEventTarget } from '../environment/index.ts'
import { TokenBucket } from '../limits/index.ts'
import { checkReason, HANGUP_REASONS } from '../wire/index.ts'
import { Allowance } from './allowance.ts'
import { PART_COST, TOLERANCE } from './constants.ts'
import { costOf } from './parts.ts'
import { SessionLane } from './session-lane.ts'
import type { AbortOptions, PeerId } from '@libp2p/interface'
import type { EventHandler } from 'main-event'
import type { Environment } from '../environment/index.ts'
import type { HangupReason, InvitationId, Payload, Role, SessionWord } from '../wire/index.ts'
import type { EndOptions, Session, SessionEvents, SessionMessage } from './index.ts'
import type { SessionEnd, SessionOutcome } from './session-end.ts'
import type { SessionLaneContext } from './session-lane.ts'
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
}

export interface SessionInit {
  readonly id: InvitationId
  readonly peer: PeerId
  readonly role: Role
  readonly channelId: string | undefined
  readonly onListenerError: (thrown: unknown, type: string) => void
  /** Ends the session, by its user's wish; resolves when the other side has heard, or that is given up. */
  hangUp(reason: HangupReason, signal: AbortSignal | undefined): Promise<void>
}

/** One side of a session: carries what its lanes say to the link, and what comes to its user. */
export class SessionHandle extends GuardedEventTarget<SessionEvents> implements Session, SessionLaneContext {
  readonly id: InvitationId
  readonly peer: PeerId
  readonly role: Role
  readonly channelId: string | undefined
  readonly webrtcLane: SessionLane
  readonly ended: Promise<SessionOutcome>
  readonly allowance: Allowance
  readonly #init: SessionInit
  readonly #port: SessionPort
  readonly #environment: Environment
  /** The app's own. */
  readonly #appLane: SessionLane
  /** All of them, each at the index of its number on the wire. */
  readonly #lanes: readonly SessionLane[]
  /** The same in the order in which they may say their next part, so that none waits for another that has much to say. */
  readonly #turns: SessionLane[]
  readonly #tolerance: TokenBucket
  readonly #settle: (outcome: SessionOutcome) => void
  #end: SessionEnd | undefined
  #isConnected: boolean

  constructor (init: SessionInit, port: SessionPort, environment: Environment) {
    super(init.onListenerError)

    this.id = init.id
    this.peer = init.peer
    this.role = init.role
    this.channelId = init.channelId
    this.#init = init
    this.#port = port
    this.#environment = environment
    this.#isConnected = port.linkIsUp
    this.allowance = new Allowance(environment, port.underWay, () => { this.speak() })
    this.#appLane = new SessionLane(this, 0)
    this.webrtcLane = new SessionLane(this, 1)
    this.#lanes = [this.#appLane, this.webrtcLane]
    this.#turns = [...this.#lanes]
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
    await this.#appLane.send(message, options)
  }

  messages (options: AbortOptions = {}): AsyncGenerator<SessionMessage, void, undefined> {
    return this.#appLane.messages(options)
  }

  async end ({ reason = 'hangup', signal }: EndOptions = {}): Promise<void> {
    throwIfAborted(signal)
    checkReason(HANGUP_REASONS, reason)

    if (this.#end != null) {
      throw new SessionEndedError(this.#end)
    }

    await this.#init.hangUp(reason, signal)
  }

  [Symbol.asyncIterator] (): AsyncGenerator<SessionMessage, void, undefined> {
    return this.messages()
  }

  /** What came before anybody listened is told when the code that listens has run, so that all its listeners hear it. */
  override addEventListener<K extends keyof SessionEvents> (type: K, listener: EventHandler<SessionEvents[K]> | null, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener, options)

    if (type === 'message' && this.#appLane.hasUnread) {
      queueMicrotask(() => { this.#tellMessages() })
    }
  }

  /** The other side said along with ACCEPT or CONFIRM how much it takes at first; without that it takes no messages. */
  grant (window: number | undefined): void {
    if (window == null) {
      return
    }

    for (const lane of this.#lanes) {
      lane.grant(window)
    }
  }

  /** The other side said something in the session. Returns false if no peer that keeps to the rules says that. */
  hear (word: SessionWord): boolean {
    const cost = word.kind === 'message' ? costOf(word.payload) : PART_COST
    const lane = this.#lanes[word.lane ?? 0]

    // it says something in the session, so it takes messages; how many at first, an ACCEPT or CONFIRM that is late says
    this.grant(0)

    if (!this.#tolerance.take(this.#environment.now(), cost)) {
      return false
    }

    // what a later version says on a lane of its own is not for this one
    if (lane == null) {
      return true
    }

    const isTaken = lane.hear(word)

    if (lane.hasUnread) {
      this.#port.announce(() => {
        this.#tellMessages()
        lane.wakeWalkers()
      })
    }

    return isTaken
  }

  /** Says what is due: the receipts for what came, and the next parts that may go. */
  speak (): void {
    if (this.#end != null || !this.#port.linkIsUp) {
      return
    }

    const words = this.#lanes.flatMap(({ dueReceipt }) => dueReceipt)

    for (let word = this.#nextPart(); word != null; word = this.#nextPart()) {
      words.push(word)
    }

    this.#port.say(words)
  }

  /** A stream stands where none did, or another than before: says again all that may be lost. */
  linkCameUp (): void {
    this.#port.say(this.#lanes.flatMap(lane => lane.again()))

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
    this.allowance.stop()

    for (const lane of this.#lanes) {
      lane.close(end)
    }
  }

  /** Tells its user that it has ended. */
  announceEnd (outcome: SessionOutcome): void {
    this.#settle(outcome)

    for (const lane of this.#lanes) {
      lane.wakeWalkers()
    }

    this.tell('ended', outcome)
  }

  /** The next part that may go now. Lanes take turns: whichever went goes behind the others. */
  #nextPart (): SessionWord | undefined {
    for (const lane of this.#turns) {
      const word = lane.next()

      if (word != null) {
        this.#turns.push(...this.#turns.splice(this.#turns.indexOf(lane), 1))

        return word
      }
    }

    return undefined
  }

  #tellMessages (): void {
    while (this.listenerCount('message') > 0) {
      const message = this.#appLane.read()

      if (message == null) {
        return
      }

      this.tell('message', message)
    }
  }
}
