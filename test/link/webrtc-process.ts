import { startWebRTCNode } from './webrtc-node.ts'

/**
 * A peer in a process of its own, so that it can be killed: says each word back that it hears. The first argument is the
 * address of its relay; it tells its own addresses, and ends when its parent does.
 */
const node = await startWebRTCNode(process.argv[2]!, {
  up: (link) => { link.setOwed(true) },
  down: () => {},
  heard: (link, words) => { link.say(words) },
  failed: () => {}
})

process.on('disconnect', () => { process.exit() })
process.send!(node.getMultiaddrs().map(address => address.toString()))
