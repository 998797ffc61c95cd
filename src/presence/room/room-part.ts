import type { RosterChange } from '../roster/index.ts'
import type { Message } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'

/** What a member says of itself in a room. */
export interface OwnVoice {
  /** Its last record in the present epoch, and when that was said, in milliseconds that only rise. */
  readonly latest: { readonly epoch: string, readonly sequence: bigint, readonly signed: Uint8Array, readonly saidAt: number } | undefined
  /** Names the present epoch; undefined outside of the room. */
  readonly epoch: string | undefined
}

/** What a peer does in a room beside keeping its roster. A member does all of it, and one that only follows the room very little. */
export interface RoomPart {
  readonly own?: OwnVoice
  /** Publish a record, good for so many milliseconds. */
  readonly say?: (lifetime: number) => void
  /** A message of the room came for the first time. */
  readonly heard?: (message: Message) => void
  /** Somebody has addresses that were not known. */
  readonly storeAddresses?: (peer: PeerId, peerRecord: Uint8Array) => void
  /** The mark of that peer is another, or will be. */
  readonly took?: (peer: PeerId) => void
  readonly tell?: (change: RosterChange) => void
  /** Somebody may have another standing. */
  readonly standingsChanged?: () => void
}
