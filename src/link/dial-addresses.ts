import type { PeerId } from '@libp2p/interface'
import { CODE_WEBRTC } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * What to dial a peer by for signalling, out of its addresses, each with the peer's id at its end. Never by WebRTC, which
 * may hang: of such an address, the one over which the two would negotiate it is dialled. Pure.
 *
 * By relays that this peer is connected to first, or a relay whose machine is gone would take 6 s of each dial: libp2p dials one
 * address after the other, in the order given as far as they are alike.
 *
 * @param isConnected - whether this peer is connected to that one
 */
export function signallingAddresses (peer: PeerId, addresses: readonly Multiaddr[], isConnected: (relay: string) => boolean): Multiaddr[] {
  const isFar = (address: Multiaddr): boolean => {
    const relay = relayOf(address)

    return relay != null && !isConnected(relay)
  }

  // what has no WebRTC in it stays as it is
  return complete(peer, complete(peer, addresses).map(address => address.decapsulateCode(CODE_WEBRTC)))
    .toSorted((one, other) => Number(isFar(one)) - Number(isFar(other)))
}

/** The addresses of a peer by which a direct WebRTC connection to it is made, each with the peer's id at its end. Pure. */
export function webRTCAddresses (peer: PeerId, addresses: readonly Multiaddr[]): Multiaddr[] {
  return complete(peer, addresses.filter(isWebRTC))
}

/** The peer id of the relay by way of which an address leads; undefined if it leads there directly. */
function relayOf (address: Multiaddr): string | undefined {
  const components = address.getComponents()

  return components[components.findIndex(({ name }) => name === 'p2p-circuit') - 1]?.value
}

function isWebRTC (address: Multiaddr): boolean {
  return address.getComponents().some(({ code }) => code === CODE_WEBRTC)
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
