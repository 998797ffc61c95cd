/**
 * Who is present: what is heard goes in with its time, what is to be done and told comes out. Pure: no clock, no chance, no
 * network of its own, so that ten thousand peers can be run through a day in a minute.
 *
 * - `Roster`: who is there, and how far everybody had come who was
 * - `Membership`: one's own part in one room, on top of a roster: when to speak, whom to ask, whom to believe
 */
export { Membership } from './membership.ts'
export type { Duties, MembershipInit, Standing } from './membership-contract.ts'
export type { Bearer } from './suspicions.ts'
export type { Question } from './comparison-times.ts'
export { heartbeatPace } from './heartbeat-pace.ts'
export type { HeartbeatPace, Surroundings } from './heartbeat-pace.ts'
export { Roster } from './roster.ts'
export { CommonSpace, RosterSpace } from './roster-space.ts'
export type { RosterLimits } from './roster-space.ts'
export type { AddressChange, CheckedRecord, DepartureReason, HandedOn, KeptMark, Mark, Moment, PeerPresence, RosterChange, RosterLine, Verdict } from './entries.ts'
export * from './constants.ts'
