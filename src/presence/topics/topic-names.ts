import { toString } from 'uint8arrays/to-string'
import { MAX_ROOM_NAME_BYTES, TOPIC_NAME, TOPIC_VERSION } from './constants.ts'

const LIKE_SECRET = /^s\/[0-9a-f]{64}$/

export function openTopic (name: string, prefix: string): string {
  return `/${prefix}/${TOPIC_NAME}/${TOPIC_VERSION}/${name}`
}

/** The topic of a room with a secret that is made of these bytes. */
export function secretTopic (bytes: Uint8Array, prefix: string): string {
  return openTopic(`s/${toString(bytes, 'base16')}`, prefix)
}

/** The signature domain of a room with a secret. No topic begins so, and no signature domain of libp2p. */
export function secretDomain (bytes: Uint8Array, prefix: string): string {
  return `secret:${secretTopic(bytes, prefix)}`
}

/** Whether a name would make an open room's topic one of a room with a secret. */
export function looksSecret (name: string): boolean {
  return LIKE_SECRET.test(name)
}

/** What a topic says of its room. */
export interface TopicName {
  /** What comes after the version: an open room's name, or what stands for a room with a secret on one day. */
  readonly name: string
  readonly isSealed: boolean
}

/** Reads the topic of a room; undefined if it is none, or its name is none that a room may have. */
export function readTopic (topic: string, prefix: string): TopicName | undefined {
  const beginning = openTopic('', prefix)

  // no character of JavaScript's takes less than a byte: that saves to encode what is far too long
  if (!topic.startsWith(beginning) || topic.length > beginning.length + MAX_ROOM_NAME_BYTES || !topic.isWellFormed()) {
    return undefined
  }

  const name = topic.slice(beginning.length)
  const bytes = new TextEncoder().encode(name).byteLength

  return bytes === 0 || bytes > MAX_ROOM_NAME_BYTES ? undefined : { name, isSealed: looksSecret(name) }
}
