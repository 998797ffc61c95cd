import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Behind the name of each node, so that what reads addresses sees a host: `/memory` addresses are nothing to circuit relay. */
const DOMAIN = '.swarm'

/** Where a node listens. */
export function listenAddress (name: string): Multiaddr {
  return multiaddr(`/dns4/${name}${DOMAIN}/tcp/1`)
}

/** What libp2p is told of a node that listens. An address with a name is not announced by it unless it is told to: others would have to say first that it is right. */
export function listening (name: string): { listen: string[], announce: string[] } {
  const address = listenAddress(name).toString()

  return { listen: [address], announce: [address] }
}

/** What a node dials from: nothing listens there, as behind the ports that systems take for it. */
export function dialAddress (name: string): Multiaddr {
  return multiaddr(`/dns4/${name}${DOMAIN}/tcp/2`)
}

/** The name of the node that listens there; undefined where none can, or where the way leads by a relay. */
export function nameAt (address: Multiaddr): string | undefined {
  const [host, port, peer, ...others] = address.getComponents()
  const isHere = host?.name === 'dns4' && host.value?.endsWith(DOMAIN) === true && port?.name === 'tcp' && port.value === '1'

  return isHere && (peer == null || peer.name === 'p2p') && others.length === 0 ? host.value?.slice(0, -DOMAIN.length) : undefined
}
