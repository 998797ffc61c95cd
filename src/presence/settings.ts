import { InvalidArgumentError, PayloadTooLargeError } from '../errors/index.ts'
import { DEFAULT_PROTOCOL_PREFIX, DEFAULT_TOPIC, HEARTBEAT_INTERVAL, LIFETIME, MAX_TOPIC_BYTES, MIN_HEARTBEAT_INTERVAL, MIN_HEARTBEATS_PER_LIFETIME, PROTOCOL_NAME, PROTOCOL_VERSION } from './constants.ts'
import { MAX_DATA_BYTES, MAX_LIFETIME, MIN_LIFETIME } from './record/index.ts'
import type { PresenceInit, PresenceStatus } from './index.ts'

/** An app's options, checked, with what it left out filled in. */
export interface PresenceSettings {
  /** The gossipsub topic. */
  readonly topic: string
  readonly heartbeatInterval: number
  readonly lifetime: number
  readonly status: PresenceStatus
  readonly data: Uint8Array
}

/** Statuses that an app may choose; as an object, so that the compiler sees that none is left out. */
const STATUSES: Readonly<Record<PresenceStatus, true>> = { online: true, away: true, busy: true, 'do-not-disturb': true }

/**
 * @throws {InvalidArgumentError} an option is out of its range
 * @throws {PayloadTooLargeError} the data is larger than 1,024 bytes
 */
export function readSettings (init: PresenceInit): PresenceSettings {
  const { topic = DEFAULT_TOPIC, protocolPrefix = DEFAULT_PROTOCOL_PREFIX, heartbeatInterval = HEARTBEAT_INTERVAL, lifetime = LIFETIME, status = 'online', data = new Uint8Array() } = init
  const topicBytes = new TextEncoder().encode(topic).byteLength

  if (topicBytes === 0 || topicBytes > MAX_TOPIC_BYTES) {
    throw new InvalidArgumentError(`topic: 1 to ${MAX_TOPIC_BYTES} bytes`)
  }

  if (!isWithin(lifetime, MIN_LIFETIME, MAX_LIFETIME)) {
    throw new InvalidArgumentError(`lifetime: a whole number of ${MIN_LIFETIME} to ${MAX_LIFETIME} ms`)
  }

  if (!isWithin(heartbeatInterval, MIN_HEARTBEAT_INTERVAL, lifetime / MIN_HEARTBEATS_PER_LIFETIME)) {
    throw new InvalidArgumentError(`heartbeatInterval: a whole number of ${MIN_HEARTBEAT_INTERVAL} ms to half of the lifetime`)
  }

  checkStatus(status)
  checkData(data)

  return { status, data, topic: `/${protocolPrefix}/${PROTOCOL_NAME}/${PROTOCOL_VERSION}/${topic}`, heartbeatInterval, lifetime }
}

/** @throws {InvalidArgumentError} no such status */
export function checkStatus (status: unknown): void {
  if (typeof status !== 'string' || !Object.hasOwn(STATUSES, status)) {
    throw new InvalidArgumentError(`status: one of ${Object.keys(STATUSES).join(', ')}`)
  }
}

/**
 * @throws {InvalidArgumentError} not a `Uint8Array`
 * @throws {PayloadTooLargeError}
 */
export function checkData (data: unknown): void {
  if (!(data instanceof Uint8Array)) {
    throw new InvalidArgumentError('data: a Uint8Array')
  }

  if (data.byteLength > MAX_DATA_BYTES) {
    throw new PayloadTooLargeError(`data: at most ${MAX_DATA_BYTES} bytes`)
  }
}

function isWithin (value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest
}
