import type { Connection } from '@libp2p/interface'

/**
 * The connection to open a stream on: an open one without limits before a relayed one with limits, the newest before
 * older ones, since the one that a peer made last is the one that it still has. `undefined` when none will do. Pure.
 */
export function pickConnection (
  connections: readonly Connection[],
  isTrusted: (connection: Connection) => boolean
): Connection | undefined {
  return connections
    .filter(connection => connection.status === 'open' && isTrusted(connection))
    .reduce<Connection | undefined>((best, next) => best == null || isBetter(next, best) ? next : best, undefined)
}

function isBetter (one: Connection, other: Connection): boolean {
  const oneIsLimited = one.limits != null
  const otherIsLimited = other.limits != null

  // of two that are equally old the later one in the list: libp2p appends
  return oneIsLimited === otherIsLimited ? one.timeline.open >= other.timeline.open : otherIsLimited
}
