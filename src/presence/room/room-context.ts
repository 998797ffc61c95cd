import type { Followers } from './followers.ts'
import type { GossipRepair } from './gossip-repair.ts'
import type { RoomGossipComponents } from './room-gossip.ts'
import type { Environment } from '../../environment/index.ts'
import type { Exchange } from '../exchange/index.ts'
import type { Logger, PeerId } from '@libp2p/interface'

/** What all rooms of a node share, whether it is in them or follows them. */
export interface RoomContext {
  readonly components: RoomGossipComponents
  readonly peerId: PeerId
  readonly environment: Environment
  readonly log: Logger
  readonly exchange: Exchange
  readonly repair: GossipRepair
  readonly followers: Followers
  /**
   * Dials a peer, and resolves to whether there is a connection to it then. Never rejects.
   *
   * @param peerRecord - its signed addresses, where they are known
   */
  readonly dial: (peer: PeerId, peerRecord: Uint8Array | undefined) => Promise<boolean>
  /** Whether there is any open connection. */
  readonly isOnline: () => boolean
}
