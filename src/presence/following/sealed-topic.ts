import { TokenBucket, TokenBuckets } from '../../limits/index.ts'
import { MAX_GOSSIP_BYTES } from '../record/index.ts'
import { listenTo, stopListening } from '../room/index.ts'
import { SEAL_OVERHEAD } from '../topics/index.ts'
import { SEALED_AUTHOR_RATE, SEALED_TOPIC_RATE } from './constants.ts'
import type { Environment } from '../../environment/index.ts'
import type { GossipVerdict, RoomGossipComponents } from '../room/index.ts'
import type { Message } from '@libp2p/gossipsub'

/**
 * A topic of a room with a secret: what is said there cannot be read here. It is forwarded if it is signed, of a size that a member
 * can have sent, and within the rates of its author and of the topic.
 */
export class SealedTopic {
  readonly #pubsub: RoomGossipComponents['pubsub']
  readonly #topic: string
  readonly #environment: Environment
  readonly #byAuthor = new TokenBuckets(SEALED_AUTHOR_RATE)
  readonly #ofAll: TokenBucket

  constructor (pubsub: RoomGossipComponents['pubsub'], topic: string, environment: Environment) {
    this.#pubsub = pubsub
    this.#topic = topic
    this.#environment = environment
    this.#ofAll = new TokenBucket(SEALED_TOPIC_RATE, environment.now())
  }

  start (): void {
    listenTo(this.#pubsub, this.#topic, (_, message) => this.#validate(message))
  }

  stop (): void {
    stopListening(this.#pubsub, this.#topic)
  }

  #validate (message: Message): GossipVerdict {
    if (message.type !== 'signed' || message.data.byteLength <= SEAL_OVERHEAD || message.data.byteLength > MAX_GOSSIP_BYTES) {
      return 'ignore'
    }

    const now = this.#environment.now()

    // the author first: one that floods shall not use up what is there for all
    return this.#byAuthor.take(message.from.toString(), now) && this.#ofAll.take(now) ? 'accept' : 'ignore'
  }
}
