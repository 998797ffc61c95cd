import { InvalidArgumentError } from '../../errors/index.ts'
import { looksSecret, openTopic } from './topic-names.ts'
import type { RoomTopics, TopicPlan } from './index.ts'

/** The one topic of a room without a secret. */
export class OpenTopics implements RoomTopics {
  readonly domain: string
  readonly isSealed: boolean = false

  constructor (name: string, prefix: string) {
    if (looksSecret(name)) {
      throw new InvalidArgumentError('name: not "s/" and 64 hexadecimal digits, as rooms with a secret have on the wire')
    }

    this.domain = openTopic(name, prefix)
  }

  async at (): Promise<TopicPlan> {
    return { speak: this.domain, listen: [this.domain], until: Infinity }
  }

  async seal (_topic: string, bytes: Uint8Array): Promise<Uint8Array> {
    return bytes
  }

  async open (_topic: string, bytes: Uint8Array): Promise<Uint8Array> {
    return bytes
  }
}
