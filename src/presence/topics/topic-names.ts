import { toString } from 'uint8arrays/to-string'
import { TOPIC_NAME, TOPIC_VERSION } from './constants.ts'

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
