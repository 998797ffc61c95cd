/** A peer in a process of its own, which dials the addresses that are its arguments. Driven by `LonePeer`. */
import { multiaddr } from '@multiformats/multiaddr'
import { gossipsubPreset, presence } from 'libp2p-invitation/presence'
import { SwarmNode } from './swarm-node.ts'

const { id, libp2p } = await SwarmNode.start({ transport: 'websockets', gossipsub: gossipsubPreset(), presence: presence() })

await Promise.all(process.argv.slice(2).map(async address => { await libp2p.dial(multiaddr(address)) }))

process.on('disconnect', () => { process.exit() })
process.send?.({ id })
