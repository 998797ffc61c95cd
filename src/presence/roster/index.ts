/**
 * Who is present: records and times go in, changes come out. Pure.
 */
export { Roster } from './roster.ts'
export type { CheckedRecord, DepartureReason, Moment, PeerPresence, RosterChange, Verdict } from './roster.ts'
export * from './constants.ts'
