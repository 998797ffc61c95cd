/**
 * The roster of one room on the network, for whoever is in the room and for whoever only follows it: what comes in by gossip and
 * exchange goes through one gate into one pure membership, and what that asks for is carried out.
 *
 * ```
 *   gossip ──▶ RoomIntake ──▶ Membership ──▶ RosterKeeper ──▶ gossip: suspicions
 *   exchange ─▶   (gate)        (pure)             │       ──▶ RosterReader: questions to neighbours
 *                                                  └──────────▶ RoomPart: what is different for a member
 * ```
 */
export { DialAddresses } from './dial-addresses.ts'
export { followerProtocol, Followers } from './followers.ts'
export { isGossip } from './gossip-protocol.ts'
export { GossipRepair } from './gossip-repair.ts'
export type { GossipRepairComponents } from './gossip-repair.ts'
export { Prober } from './prober.ts'
export type { RoomContext } from './room-context.ts'
export { listenTo, stopListening } from './room-gossip.ts'
export type { GossipVerdict, RoomGossipComponents, TopicValidator } from './room-gossip.ts'
export type { OwnVoice, RoomPart } from './room-part.ts'
export { RosterKeeper } from './roster-keeper.ts'
