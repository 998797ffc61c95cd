import { abortError, RateLimitedError, SessionEndedError, throwIfAborted, UnsupportedError } from '../errors/index.ts'
import { unlessAborted } from '../waiting/index.ts'
import { checkMessage } from '../wire/index.ts'
import { MAX_WAITING } from './constants.ts'
import { Inbox } from './inbox.ts'
import { Outbox } from './outbox.ts'
import { partsOf } from './parts.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { InvitationId, MessageWord, Payload, ReceiptWord, Role, SessionWord } from '../wire/index.ts'
import type { Allowance } from './allowance.ts'
import type { Lane, SessionMessage } from './index.ts'
import type { Outgoing } from './outbox.ts'
import type { Part } from './parts.ts'
import type { SessionEnd } from './session-end.ts'

/** What a lane needs of the session around it. */
export interface SessionLaneContext {
  readonly id: InvitationId
  readonly role: Role
  /** What it shares with the session's other lanes. */
  readonly allowance: Allowance
  /** There is something to be said. */
  speak(): void
}

/** A message that somebody waits for to be heard. */
interface Sending extends Outgoing {
  readonly heard: () => void
  readonly failed: (error: Error) => void
}

/** One lane of a session on one side: its outbox and inbox, and whoever sends and reads there. */
export class SessionLane implements Lane {
  readonly #session: SessionLaneContext
  /** Which lane it is on the wire. */
  readonly #number: number
  readonly #outbox = new Outbox<Sending>()
  readonly #inbox = new Inbox()
  /** Whoever walks the messages and waits for the next one, or the end. */
  readonly #walkers = new Set<() => void>()
  #end: SessionEnd | undefined
  #isSupported = false

  constructor (session: SessionLaneContext, number: number) {
    this.#session = session
    this.#number = number
  }

  get hasUnread (): boolean {
    return this.#inbox.hasUnread
  }

  /** The receipt that is due, if one is. */
  get dueReceipt (): SessionWord[] {
    return this.#inbox.owesReceipt ? [this.#receipt()] : []
  }

  async send (message: Payload, { signal }: AbortOptions = {}): Promise<void> {
    throwIfAborted(signal)
    checkMessage(message)

    if (this.#end != null) {
      throw new SessionEndedError(this.#end)
    }

    if (!this.#isSupported) {
      throw new UnsupportedError('the other side takes no messages')
    }

    if (this.#outbox.waitingCost >= MAX_WAITING) {
      throw new RateLimitedError('too many messages of this session wait to be said; wait for the promise of some of them')
    }

    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const sending: Sending = { parts: partsOf(message), heard: resolve, failed: reject }

    this.#outbox.put(sending)
    this.#session.speak()

    await unlessAborted(promise, signal, () => {
      this.#outbox.withdraw(sending)

      return abortError(signal)
    })
  }

  async * messages (options: AbortOptions = {}): AsyncGenerator<SessionMessage, void, undefined> {
    for (;;) {
      throwIfAborted(options.signal)

      const message = this.read()

      if (message != null) {
        yield message
      } else if (this.#end != null) {
        return
      } else {
        await this.#untilSomething(options)
      }
    }
  }

  /** The next message, if there is one; it is read by that. */
  read (): SessionMessage | undefined {
    const data = this.#inbox.read()

    if (data == null) {
      return undefined
    }

    if (this.#inbox.owesReceipt) {
      this.#session.speak()
    }

    return { data }
  }

  /** The other side takes messages, so much at first. */
  grant (window: number): void {
    this.#isSupported = true
    this.#outbox.hear(0, window)
  }

  /** Returns false if no peer that keeps to the rules says that. */
  hear (word: MessageWord | ReceiptWord): boolean {
    return word.kind === 'message' ? this.#inbox.take(word) : this.#hearReceipt(word)
  }

  /** The next part that may be said now. */
  next (): SessionWord | undefined {
    const part = this.#outbox.say(cost => this.#session.allowance.take(cost))

    return part == null ? undefined : this.#word(part)
  }

  /** All that is to be said on a stream that is new. */
  again (): SessionWord[] {
    // where nothing has come, a receipt says no more than ACCEPT and CONFIRM do
    const receipt = this.#inbox.hasHeard ? [this.#receipt()] : []

    return [...receipt, ...this.#outbox.unheard.map(part => this.#word(part))]
  }

  /** Nothing is said or heard any more; what came can still be read. */
  close (end: SessionEnd): void {
    this.#end = end

    for (const sending of this.#outbox.unfinished) {
      sending.failed(new SessionEndedError(end))
    }
  }

  wakeWalkers (): void {
    for (const wake of this.#walkers) {
      wake()
    }
  }

  /** The other side says what it has, and what more it takes. */
  #hearReceipt ({ heard, window }: ReceiptWord): boolean {
    const done = this.#outbox.hear(heard, window)

    if (done == null) {
      return false
    }

    this.#session.allowance.heard(done.cost)

    for (const sending of done.messages) {
      sending.heard()
    }

    return true
  }

  #word (part: Part): MessageWord {
    return { kind: 'message', ...this.#address(), ...part }
  }

  #receipt (): ReceiptWord {
    return { kind: 'receipt', ...this.#address(), ...this.#inbox.giveReceipt() }
  }

  #address (): Pick<MessageWord, 'id' | 'by' | 'lane'> {
    const { id, role } = this.#session

    return { id, by: role, lane: this.#number || undefined }
  }

  /** Waits until something came, or it has ended. */
  async #untilSomething ({ signal }: AbortOptions): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()

    this.#walkers.add(resolve)

    try {
      await unlessAborted(promise, signal, abortError)
    } finally {
      this.#walkers.delete(resolve)
    }
  }
}
