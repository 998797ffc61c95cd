import { asError } from '../../errors/index.ts'
import { RosterKeeper } from '../room/index.ts'
import { CommonSpace, DEFAULT_BUDGET, Membership, RosterSpace } from '../roster/index.ts'
import { openTopics, readTopic } from '../topics/index.ts'
import { COMMON_ROSTER_BYTES, MAX_GONE_FOLLOWED, MAX_GONE_TOLD_FOLLOWED, OWN_ROSTER_BYTES } from './constants.ts'
import { FollowedTopics } from './followed-topics.ts'
import { SealedTopic } from './sealed-topic.ts'
import type { FollowedTopicsLimits } from './followed-topics.ts'
import type { FollowingSettings } from './settings.ts'
import type { Timer } from '../../environment/index.ts'
import type { RoomContext } from '../room/index.ts'
import type { SubscriptionChangeData } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'

/** The rooms that are followed now, open ones with their rosters. */
export class FollowedRooms {
  readonly #context: RoomContext
  readonly #protocolPrefix: string
  readonly #limits: FollowedTopicsLimits
  #topics: FollowedTopics
  readonly #open = new Map<string, RosterKeeper>()
  readonly #sealed = new Map<string, SealedTopic>()
  readonly #commonSpace = new CommonSpace(COMMON_ROSTER_BYTES)
  #next: { readonly due: number, readonly timer: Timer } | undefined

  constructor (context: RoomContext, { protocolPrefix, ...limits }: FollowingSettings) {
    this.#context = context
    this.#protocolPrefix = protocolPrefix
    this.#limits = limits
    this.#topics = new FollowedTopics(limits)
  }

  get size (): number {
    return this.#topics.size
  }

  /** The open room of a topic, if it is followed. */
  on (topic: string): RosterKeeper | undefined {
    return this.#open.get(topic)
  }

  /** A client subscribes to topics, or does not any more; those that are of no room do not matter. */
  take (peer: PeerId, subscriptions: SubscriptionChangeData['subscriptions']): void {
    for (const { topic, subscribe } of subscriptions) {
      if (!subscribe) {
        this.#topics.unsubscribe(peer.toString(), topic, this.#now)
      } else if (readTopic(topic, this.#protocolPrefix) != null) {
        this.#topics.subscribe(peer.toString(), topic)
      }
    }

    this.#update()
    this.#countNeighbours(subscriptions.map(({ topic }) => topic))
  }

  /** Somebody is no client, or not any more. */
  remove (peer: PeerId): void {
    const topics = this.#topics.remove(peer.toString(), this.#now)

    this.#update()
    this.#countNeighbours(topics)
  }

  /** There is a connection to a peer. */
  connected (peer: PeerId): void {
    for (const room of this.#roomsOf(peer)) {
      room.connected(peer)
    }
  }

  /** The last connection to a peer is closed. */
  disconnected (peer: PeerId): void {
    for (const room of this.#context.isOnline() ? this.#roomsOf(peer) : this.#open.values()) {
      room.disconnected(peer)
    }

    this.remove(peer)
  }

  /** Leaves all of them, and forgets who subscribed. */
  stop (): void {
    this.#next?.timer.stop()
    this.#next = undefined

    for (const topic of [...this.#open.keys(), ...this.#sealed.keys()]) {
      this.#leave(topic)
    }

    this.#topics = new FollowedTopics(this.#limits)
  }

  get #now (): number {
    return this.#context.environment.now()
  }

  #roomsOf (peer: PeerId): RosterKeeper[] {
    return [...this.#open.values()].filter(({ roster }) => roster.get(peer) != null)
  }

  #countNeighbours (topics: Iterable<string>): void {
    for (const topic of topics) {
      this.#open.get(topic)?.countNeighbours()
    }
  }

  #update (): void {
    const { follow, leave } = this.#topics.changes(this.#now)

    for (const topic of leave) {
      this.#leave(topic)
    }

    for (const topic of follow) {
      this.#follow(topic)
    }

    this.#wait()
  }

  #wait (): void {
    const { due } = this.#topics

    if (due !== this.#next?.due) {
      this.#next?.timer.stop()
      this.#next = due === Infinity
        ? undefined
        : {
            due,
            timer: this.#context.environment.startTimer(Math.max(due - this.#now, 0), () => {
              this.#next = undefined
              this.#update()
            })
          }
    }
  }

  #follow (topic: string): void {
    const { components, environment, log } = this.#context
    const read = readTopic(topic, this.#protocolPrefix)

    if (read == null) {
      return
    }

    log.trace('following %s', topic)

    if (read.isSealed) {
      const sealed = new SealedTopic(components.pubsub, topic, environment)

      this.#sealed.set(topic, sealed)
      sealed.start()
    } else {
      const room = this.#keeperOf(read.name)

      this.#open.set(topic, room)
      room.start().catch((err: unknown) => { log.error('could not follow %s - %e', topic, asError(err)) })
    }
  }

  #keeperOf (name: string): RosterKeeper {
    const { environment, peerId, log } = this.#context

    return new RosterKeeper({
      topics: openTopics(name, this.#protocolPrefix),
      context: this.#context,
      membership: new Membership({
        self: peerId,
        budget: DEFAULT_BUDGET,
        lot: () => environment.random(),
        isSilent: true,
        limits: { space: new RosterSpace(OWN_ROSTER_BYTES, this.#commonSpace), gone: MAX_GONE_FOLLOWED, goneTold: MAX_GONE_TOLD_FOLLOWED }
      }),
      part: {},
      log: log.newScope(name)
    })
  }

  #leave (topic: string): void {
    this.#context.log.trace('no longer following %s', topic)
    this.#open.get(topic)?.stop()
    this.#open.delete(topic)
    this.#sealed.get(topic)?.stop()
    this.#sealed.delete(topic)
  }
}
