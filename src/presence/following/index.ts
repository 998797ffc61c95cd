/**
 * Following rooms: what a relay does so that its clients see each other.
 *
 * Gossip does not pass through a peer that is not subscribed to the topic, and peers that are connected to nothing but a relay have
 * nobody else. So the relay subscribes to what its clients are subscribed to, within bounds, and leaves a while after the
 * last of them. It is in no room itself: it says nothing, is on no roster, and counts as nobody.
 *
 * | | an open room | a room with a secret |
 * | --- | --- | --- |
 * | forwards | what passes the gate that members have | what is signed, of a size and within the rates of members |
 * | tells newcomers who is there | yes | it does not know: members do |
 * | publishes the goodbye of a page that was closed | yes | it cannot read it |
 * | missing a client that crashed | suspects it, as a member does | it does not know its records: their lifetimes end |
 *
 * Among several relays a room is found by all of its members if each two of those relays are connected: what a relay is subscribed
 * to is no reason for another to follow it, or none of them would ever leave.
 *
 * It needs two services beside it, under these very names: `identify` and, with `gossipsubPreset`, `pubsub`; and no `presence`, which
 * speaks the same protocol.
 *
 * @example
 *
 * ```TypeScript
 * import { gossipsub } from '@libp2p/gossipsub'
 * import { identify } from '@libp2p/identify'
 * import { createLibp2p } from 'libp2p'
 * import { gossipsubPreset } from 'libp2p-invitation/presence'
 * import { followRooms } from 'libp2p-invitation/presence/following'
 *
 * const node = await createLibp2p({
 *   // transports, connectionEncrypters, streamMuxers …
 *   services: { identify: identify(), pubsub: gossipsub(gossipsubPreset()), rooms: followRooms() }
 * })
 * ```
 */
import { createFollowing } from './room-following.ts'
import type { FollowRoomsComponents } from './room-following.ts'

export type { FollowRoomsComponents } from './room-following.ts'

export interface FollowRoomsInit {
  /**
   * First part of all topics and protocols on the wire: rooms of peers with another prefix are not followed.
   *
   * @default 'libp2p-invitation'
   */
  protocolPrefix?: string

  /**
   * Most topics that are followed at a time, 1 to 1,536. A room is one topic; one with a secret is two within an hour of midnight UTC. When
   * there are more, each client has one voice, which it divides among its topics, and those with the most are followed.
   *
   * @default 1024
   */
  rooms?: number

  /**
   * Most topics that count of one client, 1 to 256. Who is subscribed to more than 256 topics, of whatever name, is disconnected.
   *
   * @default 130
   */
  roomsPerPeer?: number
}

/** The rooms that a node follows. */
export interface RoomFollowing {
  /** How many topics it follows now. */
  readonly topics: number
}

/**
 * Following rooms as a libp2p service.
 *
 * @throws {InvalidArgumentError} when the node is created: an option is out of its range
 */
export function followRooms (init: FollowRoomsInit = {}): (components: FollowRoomsComponents) => RoomFollowing {
  return (components) => createFollowing(components, init)
}
