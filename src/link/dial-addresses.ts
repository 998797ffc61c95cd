import type { PeerId } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * What to dial a peer by for signalling, out of its addresses, each with the peer's id at its end. Never by WebRTC, which
 * may hang: of such an address, the one over which the two would negotiate it is dialled. Pure.
 */
export function signallingAddresses (peer: PeerId, addresses: readonly Multiaddr[]): Multiaddr[] {
  return complete(peer, addresses.map(address =>
    isWebRTC(address) ? multiaddr(address.getComponents().filter(({ name }) => name !== 'webrtc')) : address))
}

/** The addresses of a peer by which a direct WebRTC connection to it is made, each with the peer's id at its end. Pure. */
export function webRTCAddresses (peer: PeerId, addresses: readonly Multiaddr[]): Multiaddr[] {
  return complete(peer, addresses.filter(isWebRTC))
}

function isWebRTC (address: Multiaddr): boolean {
  return address.getComponents().some(({ name }) => name === 'webrtc')
}

/** With the peer's id at the end of each, where libp2p leaves it out; none twice, and none of another peer. */
function complete (peer: PeerId, addresses: readonly Multiaddr[]): Multiaddr[] {
  const completed = new Map<string, Multiaddr>()

  for (const address of addresses) {
    const last = address.getComponents().at(-1)
    const full = last?.name === 'p2p' ? address : address.encapsulate(`/p2p/${peer.toString()}`)

    if (full.getComponents().at(-1)?.value === peer.toString()) {
      completed.set(full.toString(), full)
    }
  }

  return [...completed.values()]
}
