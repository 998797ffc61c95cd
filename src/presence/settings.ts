import { InvalidArgumentError, PayloadTooLargeError } from '../errors/index.ts'
import { DEFAULT_ROOM, MAX_ROOMS } from './constants.ts'
import { MAX_DATA_BYTES } from './record/index.ts'
import { DEFAULT_BUDGET, MIN_BUDGET } from './roster/index.ts'
import { DEFAULT_PROTOCOL_PREFIX, MAX_ROOM_NAME_BYTES } from './topics/index.ts'
import type { JoinOptions, PresenceInit } from './index.ts'
import type { PresenceStatus } from './record/index.ts'

/** An app's options, checked, with what it left out filled in. */
export interface PresenceSettings {
  readonly protocolPrefix: string
  /** What to enter on start. */
  readonly rooms: ReadonlyArray<{ readonly name: string } & JoinOptions>
  readonly budget: number
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
  const { rooms = [DEFAULT_ROOM], protocolPrefix = DEFAULT_PROTOCOL_PREFIX, budget = DEFAULT_BUDGET, status = 'online', data = new Uint8Array() } = init
  const named = rooms.map(room => typeof room === 'string' ? { name: room } : room)

  for (const { name } of named) {
    checkRoomName(name)
  }

  if (named.length > MAX_ROOMS || new Set(named.map(({ name }) => name)).size < named.length) {
    throw new InvalidArgumentError(`rooms: at most ${MAX_ROOMS}, each of them once`)
  }

  if (!Number.isFinite(budget) || budget < MIN_BUDGET) {
    throw new InvalidArgumentError(`budget: at least ${MIN_BUDGET} bytes a second`)
  }

  checkStatus(status)
  checkData(data)

  return { protocolPrefix, rooms: named, budget, status, data }
}

/** @throws {InvalidArgumentError} empty, longer than a room's name may be, or no Unicode */
export function checkRoomName (name: unknown): void {
  const bytes = typeof name === 'string' && name.isWellFormed() ? new TextEncoder().encode(name).byteLength : 0

  if (bytes === 0 || bytes > MAX_ROOM_NAME_BYTES) {
    throw new InvalidArgumentError(`room: a name of 1 to ${MAX_ROOM_NAME_BYTES} bytes`)
  }
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
