import { asError } from '../../errors/index.ts'
import type { Environment, Timer } from '../../environment/index.ts'
import type { RoomTopics, TopicPlan } from '../topics/index.ts'
import type { GossipSub, Message, TopicValidatorResult } from '@libp2p/gossipsub'
import type { Logger, PeerId } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'

/** What gossipsub is told of a message: its enum as plain strings, so that its package is needed for types only. */
export type GossipVerdict = `${TopicValidatorResult}`

export type TopicValidator = (source: PeerId, message: Message) => GossipVerdict | Promise<GossipVerdict>

/** What becomes of a message on one of a room's topics, from a neighbour that need not be its author. */
type RoomValidator = (topic: string, message: Message, neighbour: PeerId) => Promise<GossipVerdict>

/** What a room uses of gossipsub and of the connections that it runs on. */
export interface RoomGossipComponents {
  pubsub: Pick<GossipSub, 'globalSignaturePolicy' | 'getPeers' | 'subscribe' | 'unsubscribe' | 'publish' | 'getSubscribers' | 'addEventListener'> & { topicValidators: Map<string, TopicValidator> }
  connectionManager: Pick<ConnectionManager, 'getConnections'>
}

/**
 * A room's place on gossipsub: listens to its topics as they change, speaks on the right one, and seals and opens what is
 * said there.
 */
export class RoomGossip {
  readonly #components: RoomGossipComponents
  readonly #topics: RoomTopics
  readonly #environment: Environment
  readonly #log: Logger
  readonly #validate: RoomValidator
  #plan: TopicPlan | undefined
  #change: Timer | undefined

  /** @param validate - what becomes of a message on one of the topics */
  constructor (components: RoomGossipComponents, topics: RoomTopics, environment: Environment, log: Logger, validate: RoomValidator) {
    this.#components = components
    this.#topics = topics
    this.#environment = environment
    this.#log = log
    this.#validate = validate
  }

  /** Listens from now on, until the signal aborts. */
  async start (signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => {
      this.#change?.stop()
      this.#listenTo([])
      this.#plan = undefined
    }, { once: true })

    await this.#follow(signal)
  }

  /** Whether the room is heard on this topic now. */
  isListeningTo (topic: string): boolean {
    return this.#plan?.listen.includes(topic) === true
  }

  /** The topic to speak on; undefined while there is none. */
  get topic (): string | undefined {
    return this.#plan?.speak
  }

  /** Whether what is said is sealed, so that who only forwards it cannot read it. */
  get isSealed (): boolean {
    return this.#topics.isSealed
  }

  /** Neighbours who listen, too. */
  get neighbours (): PeerId[] {
    const { pubsub, connectionManager } = this.#components
    const subscribers = new Map((this.#plan?.listen ?? []).flatMap(topic => pubsub.getSubscribers(topic)).map(peer => [peer.toString(), peer]))

    // gossipsub learns of a closed connection after others do
    return [...subscribers.values()].filter(peer => connectionManager.getConnections(peer).some(({ status }) => status === 'open'))
  }

  async seal (topic: string, bytes: Uint8Array): Promise<Uint8Array> {
    return this.#topics.seal(topic, bytes)
  }

  /** @throws {WrongSecretError} */
  async open (topic: string, bytes: Uint8Array): Promise<Uint8Array> {
    return this.#topics.open(topic, bytes)
  }

  /** Resolves to how many neighbours it was sent to. */
  async publish (bytes: Uint8Array): Promise<number> {
    const topic = this.topic

    if (topic == null) {
      return 0
    }

    const { recipients } = await this.#components.pubsub.publish(topic, await this.seal(topic, bytes))

    return recipients.length
  }

  /** Listens to the topics of now, and again when others take their place. */
  async #follow (signal: AbortSignal): Promise<void> {
    const plan = await this.#topics.at(this.#environment.date())

    if (signal.aborted) {
      return
    }

    this.#listenTo(plan.listen)
    this.#plan = plan

    if (plan.until < Infinity) {
      this.#change = this.#environment.startTimer(Math.max(plan.until - this.#environment.date(), 0), () => {
        this.#follow(signal).catch((err: unknown) => { this.#log.error('could not go on to the next topic - %e', asError(err)) })
      })
    }
  }

  #listenTo (topics: readonly string[]): void {
    const { pubsub } = this.#components
    const before = this.#plan?.listen ?? []

    for (const topic of before.filter(each => !topics.includes(each))) {
      stopListening(pubsub, topic)
    }

    for (const topic of topics.filter(each => !before.includes(each))) {
      listenTo(pubsub, topic, async (neighbour, message) => this.#validate(topic, message, neighbour))
    }
  }
}

/** Subscribes to a topic, with the one who says what becomes of its messages. */
export function listenTo (pubsub: RoomGossipComponents['pubsub'], topic: string, validate: TopicValidator): void {
  pubsub.topicValidators.set(topic, validate)
  pubsub.subscribe(topic)
}

export function stopListening (pubsub: RoomGossipComponents['pubsub'], topic: string): void {
  pubsub.unsubscribe(topic)
  pubsub.topicValidators.delete(topic)
}
