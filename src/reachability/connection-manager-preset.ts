import { INBOUND_CONNECTIONS } from './constants.ts'
import type { Libp2pInit } from 'libp2p'

/** The connection manager's options, as `createLibp2p` takes them. */
export type ConnectionManagerOptions = NonNullable<Libp2pInit['connectionManager']>

/**
 * The options with which libp2p's connection manager lets in callers who come by way of a relay. Each line is there because
 * of what was measured without it (libp2p 3.3.11):
 *
 * - `inboundConnectionThreshold: 256`. By default a peer takes five new connections a second from one address, and whoever
 *   comes by way of a relay bears the relay's. Of 12 callers of one peer through one relay, five got through, and seven
 *   waited 6 s for nothing.
 * - `maxIncomingPendingConnections: 256`. By default no more than ten connections may be in the making at the same time, and
 *   one by way of a relay is in the making for several round trips.
 *
 * @param overrides - options of your own; they win over these
 *
 * @example
 *
 * ```TypeScript
 * import { createLibp2p } from 'libp2p'
 * import { connectionManagerPreset } from 'libp2p-invitation/reachability'
 *
 * const node = await createLibp2p({ connectionManager: connectionManagerPreset({ maxConnections: 50 }) })
 * ```
 */
export function connectionManagerPreset (overrides: ConnectionManagerOptions = {}): ConnectionManagerOptions {
  return {
    inboundConnectionThreshold: INBOUND_CONNECTIONS,
    maxIncomingPendingConnections: INBOUND_CONNECTIONS,
    ...overrides
  }
}
