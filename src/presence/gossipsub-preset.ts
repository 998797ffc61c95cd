import type { GossipsubOpts } from '@libp2p/gossipsub'

/**
 * The options with which `gossipsub()` of `@libp2p/gossipsub` works among browser tabs, relays and machines that share an
 * address. Each line is there because of what was measured without it (libp2p 3.3.11, gossipsub 17.1.1):
 *
 * - `scoreParams.IPColocationFactorWeight: 0`. By default gossipsub scores down peers that share an IP address, as seen
 *   by each of them: on a test machine, in an office, behind a proxy, and behind one relay, whose address every relayed
 *   peer bears. From 11 peers on, messages no longer pass through a mesh; from 15 on nothing arrives at all, and no error
 *   is seen. With 0, 200 peers on one address all hear.
 * - `runOnLimitedConnection: true`. By default gossipsub ignores relayed connections: two browser tabs that are
 *   connected by a relay only hear nothing of each other.
 * - `allowPublishToZeroTopicPeers: true`. By default to publish while nobody listens is an error. Whoever is first, or
 *   alone for a moment, has done nothing wrong.
 *
 * @param overrides - options of your own; they win over these, score parameters one by one
 *
 * @example
 *
 * ```TypeScript
 * import { gossipsub } from '@libp2p/gossipsub'
 * import { gossipsubPreset } from 'libp2p-invitation/presence'
 *
 * const services = { pubsub: gossipsub(gossipsubPreset({ D: 8 })) }
 * ```
 */
export function gossipsubPreset (overrides: Partial<GossipsubOpts> = {}): Partial<GossipsubOpts> {
  return {
    allowPublishToZeroTopicPeers: true,
    runOnLimitedConnection: true,
    ...overrides,
    scoreParams: { IPColocationFactorWeight: 0, ...overrides.scoreParams }
  }
}
