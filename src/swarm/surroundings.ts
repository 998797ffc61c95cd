import { listenAddress } from './addresses.ts'
import type { Chance } from './chance.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import type { Trace } from './trace.ts'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Who a node is, known before it is made. */
export interface NodeIdentity {
  readonly name: string
  readonly privateKey: PrivateKey
  readonly peerId: PeerId
}

/** What all nodes of a swarm have around them. */
export interface Surroundings {
  readonly network: SimulatedNetwork
  readonly trace: Trace
  readonly chance: Chance
  readonly encryption: 'plaintext' | 'noise'
}

/** Where a node is dialled, with its id. */
export function addressOf ({ name, peerId }: NodeIdentity): Multiaddr {
  return listenAddress(name).encapsulate(`/p2p/${peerId.toString()}`)
}
