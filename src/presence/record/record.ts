import { toString } from 'uint8arrays/to-string'
import { fromString } from 'uint8arrays/from-string'
import { EPOCH_BYTES, LAST_SEQUENCE, MAX_CLOCK_SKEW, MAX_DATA_BYTES, MAX_LIFETIME, MAX_PEER_RECORD_BYTES, MIN_LIFETIME } from './constants.ts'
import { ExpiredRecordError, FutureRecordError, LifetimeOutOfRangeError, MalformedRecordError, RecordTooLargeError } from './errors.ts'
import { RecordMessage } from './record-message.ts'

/** What a peer says of itself while it is present. */
export type PresenceStatus = 'online' | 'away' | 'busy' | 'do-not-disturb'

/** One peer's word about itself, before it is signed. Who it is about is whose key signs it. */
export interface PresenceRecord {
  /**
   * One run of the peer, as 32 lower-case hexadecimal digits: 16 of its start in milliseconds since 1970, 16 at random.
   * Strings of equal length compare as their bytes do, so a later run is the greater string.
   */
  readonly epoch: string
  /** From 1 up within the epoch; `LAST_SEQUENCE` in a goodbye and nowhere else. */
  readonly sequence: bigint
  /** When it was signed: milliseconds since 1970 on the peer's own clock. */
  readonly issued: number
  /** How long it is good for, milliseconds. */
  readonly lifetime: number
  readonly status: PresenceStatus | 'leaving'
  readonly data: Uint8Array
  /** The peer's signed peer record; absent when it has no address that others could dial. */
  readonly peerRecord?: Uint8Array
}

/** The number of each status on the wire is its place in here. No place is ever given to another. */
const STATUSES = [undefined, 'online', 'away', 'busy', 'do-not-disturb', 'leaving'] as const

const NO_DATA = new Uint8Array()

/** Names a run that starts at `start` (milliseconds since 1970); `lot` is 8 random bytes. */
export function createEpoch (start: number, lot: Uint8Array): string {
  return BigInt(start).toString(16).padStart(16, '0') + toString(lot, 'base16')
}

/** When an epoch started, milliseconds since 1970 on the clock of its peer. */
export function epochStart (epoch: string): number {
  return Number(BigInt(`0x${epoch.slice(0, 16)}`))
}

/** Less than 0 if `a` comes before `b` in the life of their peer, more than 0 if after, 0 if they are the same record. */
export function compareRecords (a: Pick<PresenceRecord, 'epoch' | 'sequence'>, b: Pick<PresenceRecord, 'epoch' | 'sequence'>): number {
  if (a.epoch !== b.epoch) {
    return a.epoch < b.epoch ? -1 : 1
  }

  return a.sequence === b.sequence ? 0 : a.sequence < b.sequence ? -1 : 1
}

/** The payload that is signed. */
export function encodeRecord (record: PresenceRecord): Uint8Array {
  return RecordMessage.encode({
    epoch: fromString(record.epoch, 'base16'),
    sequence: record.sequence,
    issued: BigInt(record.issued),
    lifetime: record.lifetime,
    status: STATUSES.indexOf(record.status),
    ...(record.data.byteLength > 0 ? { data: record.data.slice() } : {}),
    ...(record.peerRecord == null ? {} : { peerRecord: record.peerRecord.slice() })
  })
}

/**
 * Reads a payload and checks every field by itself. Unknown fields are skipped; a status of a later version reads as
 * `online`, since that much it does say. What it returns shares no memory with `payload`.
 *
 * @throws {MalformedRecordError} a field is missing or has a value that it may not have
 * @throws {RecordTooLargeError} app data or peer record over its limit
 * @throws {LifetimeOutOfRangeError}
 */
export function decodeRecord (payload: Uint8Array): PresenceRecord {
  const { epoch, sequence, issued, lifetime, status, data, peerRecord } = parse(payload)

  if (epoch?.byteLength !== EPOCH_BYTES) {
    throw new MalformedRecordError(`an epoch has ${EPOCH_BYTES} bytes`)
  }

  // an absent number reads as 0, which none of them may be
  if (sequence == null || sequence === 0n || status == null || status === 0 || issued == null || issued === 0n) {
    throw new MalformedRecordError('sequence, status and time of signing are not optional')
  }

  if (issued > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new MalformedRecordError('the time of signing is out of range')
  }

  if (lifetime == null || lifetime < MIN_LIFETIME || lifetime > MAX_LIFETIME) {
    throw new LifetimeOutOfRangeError(`a lifetime is ${MIN_LIFETIME} to ${MAX_LIFETIME} ms`)
  }

  if ((data?.byteLength ?? 0) > MAX_DATA_BYTES || (peerRecord?.byteLength ?? 0) > MAX_PEER_RECORD_BYTES) {
    throw new RecordTooLargeError(`app data has at most ${MAX_DATA_BYTES} bytes, a peer record ${MAX_PEER_RECORD_BYTES}`)
  }

  const name = STATUSES[status] ?? 'online'

  if ((name === 'leaving') !== (sequence === LAST_SEQUENCE)) {
    throw new MalformedRecordError('the last sequence is for the goodbye, and the goodbye has no other')
  }

  return {
    epoch: toString(epoch, 'base16'),
    sequence,
    issued: Number(issued),
    lifetime,
    status: name,
    data: data?.slice() ?? NO_DATA,
    ...(peerRecord == null || peerRecord.byteLength === 0 ? {} : { peerRecord: peerRecord.slice() })
  }
}

/**
 * Compares a record's times with a clock, giving or taking `MAX_CLOCK_SKEW`.
 *
 * @param date - milliseconds since 1970 on the reader's clock
 * @throws {FutureRecordError} it was signed, or its epoch starts, later than that
 * @throws {ExpiredRecordError} its lifetime was over before that
 */
export function checkTimes (record: PresenceRecord, date: number): void {
  if (Math.max(record.issued, epochStart(record.epoch)) > date + MAX_CLOCK_SKEW) {
    throw new FutureRecordError('from the future')
  }

  if (record.issued + record.lifetime + MAX_CLOCK_SKEW < date) {
    throw new ExpiredRecordError('expired')
  }
}

function parse (payload: Uint8Array): RecordMessage {
  try {
    return RecordMessage.decode(payload)
  } catch (err) {
    throw new MalformedRecordError('not a presence record', { cause: err })
  }
}
