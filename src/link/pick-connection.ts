import type { Connection } from '@libp2p/interface'

/**
 * The connection to open a stream on: an open one of the best rank, and of those the newest, since the one that a peer
 * made last is the one that it still has. `undefined` when none will do. Pure.
 *
 * The ranks, best first:
 *
 * 1. without limits and not over WebRTC, be it direct or relayed: it shows at once when the peer is gone, and lasts
 * 2. WebRTC, which takes 12 s to show that (@libp2p/webrtc 6.0.33), even after a clean stop
 * 3. relayed with limits: the relay will cut it
 */
export function pickConnection (
  connections: readonly Connection[],
  isEligible: (connection: Connection) => boolean
): Connection | undefined {
  return connections
    .filter(connection => connection.status === 'open' && isEligible(connection))
    // of two that are equally old the later one in the list is taken: libp2p appends
    .toSorted((one, other) => rank(other) - rank(one) || one.timeline.open - other.timeline.open)
    .at(-1)
}

/** Whether a stream should move from the other to this one: whether it is of a better rank. Pure. */
export function isBetter (one: Connection, other: Connection): boolean {
  return rank(one) < rank(other)
}

function rank (connection: Connection): number {
  if (connection.limits != null) {
    return 3
  }

  return connection.multiplexer === '/webrtc' ? 2 : 1
}
