/**
 * What a peer says of itself, signed: the record, its bytes, and its envelope. Pure but for the signing.
 */
export { decodeGossip, encodeGossip } from './gossip.ts'
export type { Gossip, Suspicion } from './gossip.ts'
export { compareRecords, checkTimes, createEpoch, decodeRecord, encodeRecord, epochStart } from './record.ts'
export type { PresenceRecord, PresenceStatus } from './record.ts'
export { readPeerRecord, readSignedRecord, signPeerRecord, signRecord } from './signed-record.ts'
export type { SignedRecord } from './signed-record.ts'
export * from './constants.ts'
export * from './errors.ts'
