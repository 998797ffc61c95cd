import type { DialAddresses } from './dial-addresses.ts'
import type { Exchange } from './exchange/index.ts'
import type { GossipRepair } from './gossip-repair.ts'
import type { PresenceComponents } from './presence-service.ts'
import type { Prober } from './prober.ts'
import type { RosterChange } from './roster/index.ts'
import type { Self } from './self.ts'
import type { TrafficMeter } from './traffic-meter.ts'
import type { Environment } from '../environment/index.ts'
import type { Logger, PeerId } from '@libp2p/interface'

/** What all rooms of a node share, and whom they tell. */
export interface PresenceContext {
  readonly components: PresenceComponents
  readonly environment: Environment
  readonly log: Logger
  readonly self: Self
  readonly addresses: DialAddresses
  readonly exchange: Exchange
  readonly meter: TrafficMeter
  readonly repair: GossipRepair
  readonly prober: Prober
  /** Bytes a second that a room's heartbeats may cost. */
  readonly budget: number
  /** Whether this peer is a page, which may be closed at any time. */
  readonly hasPage: boolean
  /** Whether there is any open connection. */
  readonly isOnline: () => boolean
  /** Something changed in a room. */
  readonly tell: (room: string, change: Exclude<RosterChange, { kind: 'forgotten' }>) => void
  /** Nothing is known of a peer any more in one room. */
  readonly forgotten: (peer: PeerId) => void
  /** Somebody may have another standing in a room. */
  readonly standingsChanged: () => void
}
