/** All versions of gossipsub, and the older protocol that it falls back to with those who speak nothing else. */
const GOSSIP_PROTOCOL = /^\/(?:meshsub|floodsub)\//

/** Whether gossip comes and goes by this protocol. */
export function isGossip (protocol: string): boolean {
  return GOSSIP_PROTOCOL.test(protocol)
}
