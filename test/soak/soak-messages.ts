import type { Part, Standing } from '../processes/messages.ts'
import type { PlantedLeak } from './planted-leaks.ts'

/** What is asked of a process that is one peer; each order is answered once it is done. */
export interface PeerOrders {
  /** Resolves when it can be reached by way of a relay. */
  start: { asks: SoakPeerInit, answers: { peerId: string } }
  /** Resolves when it sees so many others. */
  seeing: { asks: number, answers: undefined }
  /** Sends so many invitations to any of these, and all have ended here. */
  play: { asks: Part & { readonly peers: readonly string[] }, answers: undefined }
  /** Breaks one of its connections, if it has any. */
  cut: { asks: undefined, answers: undefined }
  look: { asks: undefined, answers: Standing }
  endSessions: { asks: undefined, answers: undefined }
  sample: { asks: undefined, answers: Sample }
  stop: { asks: undefined, answers: undefined }
}

export interface SoakPeerInit {
  readonly seed: number
  /** The relays' addresses. */
  readonly relays: readonly string[]
  /** Whether it can be dialled as well; otherwise it is reached by way of relays only. */
  readonly isListening: boolean
  readonly planted: PlantedLeak | undefined
}

/** What is asked of a process that is a relay. */
export interface RelayOrders {
  start: { asks: SoakRelayInit, answers: { address: string } }
  sample: { asks: undefined, answers: Sample }
}

export interface SoakRelayInit {
  readonly seed: number
  readonly port: number
  /** Addresses of other relays. */
  readonly peers: readonly string[]
}

/** What a process holds, after a garbage collection. */
export interface Sample {
  /** Bytes on the heap and in buffers beside it. */
  readonly heap: number
  /** Bytes of what is kept for objects outside of the heap, those buffers included. */
  readonly external: number
  /** Bytes of the whole process. */
  readonly rss: number
  /** How many there are of all that has to be closed, stopped or removed. */
  readonly counts: Readonly<Record<string, number>>
}
