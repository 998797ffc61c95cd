import { toString } from 'uint8arrays/to-string'
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
 * - `fastMsgIdFn`. By default gossipsub verifies the signature of every copy of a message, and a mesh brings six of them. A
 *   signature that was verified once names the message it is over: with it, copies are dropped unverified, and a message
 *   costs each peer 1.8 ms of CPU instead of 2.9.
 * - `Dhi: 1000`, `D: 4`, `Dlo: 3`. By default a peer with more than 12 neighbours in a mesh prunes them, and whoever is pruned
 *   everywhere lives on what is told once a second: of 60 tabs with three of six relays each, 40 had no mesh, and a message took
 *   up to 2.8 s, or never came (2 of 100). Where nobody prunes it takes 0.2 s and comes to all; so that peers with many neighbours
 *   do not pay for that, they ask for four of them and not six.
 * - `Dlazy: 4`, `mcacheGossip: 2`. By default six more neighbours are told of each message for three seconds. With four and two
 *   all messages still came to all when a fifth of the peers were killed or frozen, and a message costs 3.1 kB in place of 3.9.
 * - `maxTopicBytesPerPeer: 2_097_152`. By default a peer takes note of some 930 topics of each neighbour, and tells nobody that it
 *   leaves the others out: the rooms beyond of a relay that follows more would be silent. This is good for 1,536.
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
    D: 4,
    Dlo: 3,
    Dhi: 1_000,
    Dlazy: 4,
    mcacheGossip: 2,
    maxTopicBytesPerPeer: 2_097_152,
    fastMsgIdFn: ({ signature, topic, data }) => signature == null ? `${topic} ${toString(data ?? new Uint8Array(), 'latin1')}` : toString(signature, 'latin1'),
    ...overrides,
    scoreParams: { IPColocationFactorWeight: 0, ...overrides.scoreParams }
  }
}
