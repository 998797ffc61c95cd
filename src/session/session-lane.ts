import { abortError, SessionEndedError, throwIfAborted, UnsupportedError } from '../errors/index.ts'
import { checkMessage } from '../wire/index.ts'
import { Inbox } from './inbox.ts'
import { Sender } from './sender.ts'
import type { AbortOptions } from '@libp2p/interface'
import type { InvitationId, MessageWord, Payload, ReceiptWord, Role, SessionWord } from '../wire/index.ts'
import type { Allowance } from './allowance.ts'
import type { Lane, SessionMessage } from './index.ts'
import type { Part } from './parts.ts'
import type { SessionEnd } from './session-end.ts'

export interface SessionLaneInit {
  /** Which lane it is on the wire. */
  readonly number: number
  readonly id: InvitationId
  readonly role: Role
  /** What it shares with the session's other lanes. */
  readonly allowance: Allowance
  /** Called when there is something to be said. */
  readonly onDue: () => void
}

/** One lane of a session on one side: its outbox and inbox, and whoever sends and reads there. */
export class SessionLane implements Lane {
  readonly #init: SessionLaneInit
  readonly #sender: Sender
  readonly #inbox = new Inbox()
  /** Whoever walks the messages and waits for the next one, or the end. */
  readonly #walkers = new Set<() => void>()
  #end: SessionEnd | undefined
  #isSupported = false

  constructor (init: SessionLaneInit) {
    this.#init = init
    this.#sender = new Sender(init.allowance, init.onDue)
  }

  get hasUnread (): boolean {
    return this.#inbox.hasUnread
  }

  /** The receipt that is due, if one is. */
  get dueReceipt (): SessionWord[] {
    return this.#inbox.owesReceipt ? [this.#receipt()] : []
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
      this.#init.onDue()
    }

    return { data }
  }

  /** The other side takes messages, as much at first as it said, if it said so. */
  grant (window: number = 0): void {
    this.#isSupported = true
    this.#sender.hear(0, window)
  }

  /** Returns false if no peer that keeps to the rules says that. */
  hear (word: MessageWord | ReceiptWord): boolean {
    return word.kind === 'message' ? this.#inbox.take(word) : this.#sender.hear(word.heard, word.window)
  }

  /** The next part that may be said now. */
  next (): SessionWord | undefined {
    const part = this.#sender.next()

    return part == null ? undefined : this.#word(part)
  }

  /** All that is to be said on a stream that is new. */
  again (): SessionWord[] {
    // where nothing has come, a receipt says no more than ACCEPT and CONFIRM do
    const receipt = this.#inbox.hasHeard ? [this.#receipt()] : []

    return [...receipt, ...this.#sender.unheard.map(part => this.#word(part))]
  }

  /** Nothing is said or heard any more; what came can still be read. */
  close (end: SessionEnd): void {
    this.#end = end
    this.#sender.stop(new SessionEndedError(end))
  }

  wakeWalkers (): void {
    for (const wake of this.#walkers) {
      wake()
    }
  }

  #word (part: Part): MessageWord {
    return { kind: 'message', ...this.#address(), ...part }
  }

  #receipt (): ReceiptWord {
    return { kind: 'receipt', ...this.#address(), ...this.#inbox.giveReceipt() }
  }

  #address (): Pick<MessageWord, 'id' | 'by' | 'lane'> {
    const { id, role, number } = this.#init

    return { id, by: role, ...(number > 0 && { lane: number }) }
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
