/**
 * Sessions: what two peers share after an acceptance, until one of them ends it.
 *
 * Messages go both ways over the link that the two have anyway, each once and in order, whatever becomes of streams and
 * connections meanwhile: numbered parts, receipts that say up to where all have come, and after a reconnect both sides say
 * again what no receipt came for. `outbox.ts` and `inbox.ts` are the two pure halves of that.
 *
 * They go on two lanes, the app's own and that of a WebRTC negotiator (`libp2p-invitation/webrtc`), which know nothing of each
 * other: each has its own numbers and its own window. They share the pace, and take turns.
 *
 * Nothing is kept without bound. A side takes as much as its window allows and opens it again as its app reads, so a
 * reader that is slow, or none at all, makes the other side's `send` wait.
 *
 * How a session begins and ends is settled by the machines of the room above, which makes sessions and gives them a port.
 *
 * @example
 *
 * ```ts
 * await session.send('hello')
 *
 * for await (const { data } of session) {
 *   console.log(data)
 * }
 *
 * const { reason, originator } = await session.ended
 * ```
 */
import type { AbortOptions, PeerId, TypedEventTarget } from '@libp2p/interface'
import type { HangupReason, InvitationId, Payload, Role } from '../wire/index.ts'
import type { SessionOutcome } from './session-end.ts'

export type { Originator, SessionEnd, SessionEndReason, SessionOutcome } from './session-end.ts'
export type { SessionPort } from './session-handle.ts'
export { SessionHandle } from './session-handle.ts'
export { UnderWay } from './under-way.ts'
export { WINDOW } from './constants.ts'

/** One message, as the other side gave it. */
export interface SessionMessage {
  /** Text where text was sent, bytes where bytes were. */
  readonly data: Payload
}

export interface SessionEvents {
  /** A message came. Listening is reading: see `Session`. */
  'message': CustomEvent<SessionMessage>
  /** The link stands again. What was not heard has been said again. */
  'connected': CustomEvent<undefined>
  /** The link is lost; a new one is on its way. After 60 s without one the session ends. */
  'reconnecting': CustomEvent<undefined>
  /** It has ended. Told after all messages that came before. */
  'ended': CustomEvent<SessionOutcome>
}

/**
 * A way for messages beside those of the app: what is said on it never comes among the app's, and is kept for whoever reads
 * it. What nobody reads makes only the other side's `send` on this lane wait.
 */
export interface Lane {
  /** As `Session.send`, with the same limits. */
  send(message: Payload, options?: AbortOptions): Promise<void>
  /** As `Session.messages`. */
  messages(options?: AbortOptions): AsyncGenerator<SessionMessage, void, undefined>
}

export interface EndOptions extends AbortOptions {
  /** @default 'hangup' */
  reason?: HangupReason
}

/**
 * What two peers share after an acceptance: messages both ways between just these two, until one of them ends it.
 *
 * **Reading.** Each message is given once: to the listeners of `message` if there are any when its turn comes, and if not
 * to whoever walks the messages next. What nobody reads is kept, up to the window of 131,072 bytes (each part counts 256
 * more); beyond that the other side's `send` waits. Messages that came before the end can be read after it.
 *
 * Listeners that throw are logged and harm nothing.
 */
export interface Session extends TypedEventTarget<SessionEvents>, AsyncIterable<SessionMessage> {
  /** The id of the invitation that it came from. */
  readonly id: InvitationId
  /** The other peer. */
  readonly peer: PeerId
  /** Which side of the invitation this peer was. */
  readonly role: Role
  /** The name of the call or room that the invitation was for. */
  readonly channelId: string | undefined
  /** Whether it has not ended. */
  readonly isOpen: boolean
  /** Whether the link to the other peer stands right now. */
  readonly isConnected: boolean
  /** Resolves with how it ended, as soon as it has; never rejects. */
  readonly ended: Promise<SessionOutcome>
  /**
   * Sends a message of at most 65,536 bytes. Resolves when the other side's library has it, which is not to say that its
   * app has read it. Messages arrive in the order of the calls. While the link is down, the other side has no room, or
   * messages go faster than 262,144 bytes a second (each part of up to 8,192 counts 256 more; 1,048,576 at once are free),
   * it waits.
   *
   * @throws {SessionEndedError} the session has ended, or does before the message is known to have come: then it may have
   *   come or not
   * @throws {UnsupportedError} the other side's software takes no messages
   * @throws {PayloadTooLargeError} it is larger than 65,536 bytes
   * @throws {InvalidArgumentError} it is neither text nor bytes, or a text that is not well-formed
   * @throws {RateLimitedError} 1,048,576 bytes wait in this session already (each part counts 256 more)
   * @throws {AbortError} the signal aborted; a message of which nothing was said by then is not sent any more
   */
  send(message: Payload, options?: AbortOptions): Promise<void>
  /**
   * Walks the messages, and is done when the session has ended and all that came is read. `for await` over the session does
   * the same without a signal.
   *
   * @throws {AbortError} when the signal aborts
   */
  messages(options?: AbortOptions): AsyncGenerator<SessionMessage, void, undefined>
  /**
   * Where `negotiate` of `libp2p-invitation/webrtc` sends and reads. An app that brings a negotiator of its own uses it instead;
   * SPEC.md has what other peers say there.
   */
  readonly webrtcLane: Lane
  /**
   * Ends it, at once on this side; resolves when the other side has heard it, or after 30 s. What was said before arrives
   * before the end, if the link stands.
   *
   * @throws {SessionEndedError} it has ended already
   * @throws {InvalidArgumentError} the reason is none
   * @throws {AbortError} the signal aborted the wait; the session has ended all the same
   */
  end(options?: EndOptions): Promise<void>
}
