import { fileURLToPath } from 'node:url'
import { OrderedProcess } from '../processes/ordered-process.ts'
import type { HangupReason, Originator } from 'libp2p-invitation'

/** What a test asks of the peer; each is answered once it is done. */
export interface NodePeerOrders {
  /** Resolves when it can be reached. */
  start: { asks: NodePeerInit, answers: undefined }
  /** The names of all whom it sees. */
  present: { asks: undefined, answers: string[] }
  /** Rings somebody whom it sees. */
  ring: { asks: { readonly name: string, readonly note: string }, answers: undefined }
  /** Accepts what rings. */
  accept: { asks: undefined, answers: undefined }
  /** Says something in the session. */
  say: { asks: string, answers: undefined }
  /** Ends the session. */
  end: { asks: HangupReason, answers: undefined }
}

export interface NodePeerInit {
  readonly name: string
  readonly room: string
  readonly relay: string
  /** Where it listens itself. */
  readonly listen: readonly string[]
}

/** What its user saw. */
export type NodePeerSighting =
  | { readonly saw: 'ring', readonly note: string }
  /** A session opened; the other can be spoken to directly, or by way of the relay only. */
  | { readonly saw: 'session', readonly way: 'direct' | 'relayed' }
  | { readonly saw: 'message', readonly text: string }
  | { readonly saw: 'end', readonly reason: string, readonly originator: Originator }

/** A peer in Node, in a process of its own, as a test sees it: `node-peer.ts`. */
export class NodePeerProcess extends OrderedProcess<NodePeerOrders, NodePeerSighting> {
  constructor () {
    super(fileURLToPath(new URL('node-peer.ts', import.meta.url)))
  }
}
