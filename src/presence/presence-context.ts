import type { DialAddresses, RoomContext } from './room/index.ts'
import type { RosterChange } from './roster/index.ts'
import type { Self } from './self.ts'
import type { TrafficMeter } from './traffic-meter.ts'
import type { PeerId } from '@libp2p/interface'
import type { Datastore } from 'interface-datastore'

/** What all rooms that a node is in share, and whom they tell. */
export interface PresenceContext extends RoomContext {
  readonly datastore: Datastore
  readonly self: Self
  readonly addresses: DialAddresses
  readonly meter: TrafficMeter
  /** Bytes a second that a room's heartbeats may cost. */
  readonly budget: number
  /** Whether this peer is a page, which may be closed at any time. */
  readonly hasPage: boolean
  /** Something changed in a room. */
  readonly tell: (room: string, change: Exclude<RosterChange, { kind: 'forgotten' }>) => void
  /** Nothing is known of a peer any more in one room. */
  readonly forgotten: (peer: PeerId) => void
  /** Somebody may have another standing in a room. */
  readonly standingsChanged: () => void
}
