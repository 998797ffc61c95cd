import { asError, InvalidArgumentError, NotStartedError } from '../errors/index.ts'
import { GOODBYE_LINGER, MAX_ROOMS } from './constants.ts'
import { RoomService } from './room-service.ts'
import { openTopics, secretTopics } from './topics/index.ts'
import { Turns } from './turns.ts'
import type { JoinOptions } from './index.ts'
import type { PresenceContext } from './presence-context.ts'
import type { AbortOptions } from '@libp2p/interface'

/** The rooms that this peer is in. One after the other, each can be entered and left at any time. */
export class Rooms implements Iterable<RoomService> {
  readonly #context: PresenceContext
  readonly #protocolPrefix: string
  readonly #closed: (room: RoomService) => void
  readonly #rooms = new Map<string, RoomService>()
  readonly #doors = new Turns()

  /** @param closed - told when a room is not one of them any more */
  constructor (context: PresenceContext, protocolPrefix: string, closed: (room: RoomService) => void) {
    this.#context = context
    this.#protocolPrefix = protocolPrefix
    this.#closed = closed
  }

  [Symbol.iterator] (): Iterator<RoomService> {
    return this.#rooms.values()
  }

  /** The room that is heard on a topic now. */
  on (topic: string): RoomService | undefined {
    return [...this].find(room => room.keeper.isListeningTo(topic))
  }

  /**
   * Enters a room as `Presence.join` does.
   *
   * @param running - aborts when the node stops
   */
  async enter (name: string, { secret, ...options }: JoinOptions & AbortOptions, isHidden: boolean, running: AbortSignal): Promise<RoomService> {
    return this.#doors.take(name, async () => {
      const { environment } = this.#context
      const topics = secret == null ? openTopics(name, this.#protocolPrefix) : await secretTopics(name, secret, this.#protocolPrefix, options, environment)
      const known = this.#rooms.get(name)

      options.signal?.throwIfAborted()

      if (running.aborted) {
        throw new NotStartedError('presence was stopped')
      }

      if (known != null) {
        if (known.domain !== topics.domain) {
          throw new InvalidArgumentError('in that room already, with another secret')
        }

        return known
      }

      if (this.#rooms.size >= MAX_ROOMS) {
        throw new InvalidArgumentError(`in ${MAX_ROOMS} rooms already`)
      }

      const room = new RoomService(name, topics, this.#context)

      room.hide(isHidden)
      this.#rooms.set(name, room)
      await room.enter()

      return room
    })
  }

  async leave (name: string): Promise<void> {
    await this.#doors.take(name, async () => {
      const room = this.#rooms.get(name)

      if (room != null) {
        await this.#sayGoodbye(room)
        await this.#close(room)
      }
    })
  }

  /** Leaves all of them, and resolves when the goodbyes have had time to get out. */
  async leaveAll (): Promise<void> {
    const rooms = [...this]
    const told = await Promise.all(rooms.map(async room => this.#sayGoodbye(room)))

    if (told.some(neighbours => neighbours > 0)) {
      await new Promise<void>(resolve => { this.#context.environment.startTimer(GOODBYE_LINGER, resolve) })
    }

    await Promise.all(rooms.map(async room => this.#close(room)))
  }

  /** Resolves to how many neighbours it was said to. */
  async #sayGoodbye (room: RoomService): Promise<number> {
    try {
      return await room.sayGoodbye()
    } catch (err) {
      this.#context.log.error('could not say goodbye in %s - %e', room.name, asError(err))

      return 0
    }
  }

  async #close (room: RoomService): Promise<void> {
    this.#rooms.delete(room.name)
    this.#closed(room)
    await room.stop()
  }
}
